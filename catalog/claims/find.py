"""Find the words that claim to cure in a text, and where they stand."""

import re
import unicodedata
from dataclasses import dataclass

from ..text_folding import LIGATURES, fold
from .models import ClaimWord

#: A word with the marks above and below its letters, which Arabic may have and `\\w` leaves out.
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u0640\u064b-\u065f\u0670])+")
#: What Arabic writes together with the word that follows: and, so · the, by, like, for, will.
_ALONE = [joined + before for joined in ("", "و", "ف") for before in ("", "ال", "ب", "بال", "ك", "كال", "ل", "لل", "س")]
_WITH_ARTICLE = [before for before in _ALONE if before.endswith(("ال", "لل"))]


@dataclass(frozen=True)
class Claim:
    """Words as they stand in a text, from `start` to `end`."""

    words: str
    start: int
    end: int


@dataclass(frozen=True)
class _Word:
    """A word of a text or of the list: as it is spelled, and folded."""

    spelled: str
    folded: str
    start: int = 0
    end: int = 0


def claim_words(language: str) -> list[str]:
    """The list that editors keep, for this language: one query."""
    return list(ClaimWord.objects.filter(language=language).values_list("words", flat=True))


def claims_in(text: str, patterns: list["Pattern"]) -> list[Claim]:
    """Where these words stand in the text, in its order; of several that begin at one place, the longest."""
    words = _words(text)
    claims, position = [], 0
    while position < len(words):
        length = max((pattern.length for pattern in patterns if pattern.begins(words, position)), default=0)
        if length:
            start, end = words[position].start, words[position + length - 1].end
            claims.append(Claim(text[start:end], start, end))
        position += length or 1
    return claims


class Pattern:
    """An entry of the list, made ready for any number of texts; only its last word may have another ending."""

    def __init__(self, entry: str):
        self.words = _words(entry)
        self.length = len(self.words)
        self.forms = [_form(word, is_open=word is self.words[-1] and entry.endswith("*")) for word in self.words]

    def begins(self, words: list[_Word], position: int) -> bool:
        if not self.words or not _is_same(words[position], self.words[0], self.forms[0]):
            return False
        rest = words[position + 1 : position + self.length]
        return len(rest) == self.length - 1 and all(map(_is_same, rest, self.words[1:], self.forms[1:]))


def _form(listed: _Word, *, is_open: bool) -> re.Pattern:
    """What the folded word may look like."""
    word, before = listed.folded, [""]
    if _is_arabic(word):
        before = _WITH_ARTICLE if word.startswith("ال") else _ALONE
        word = word.removeprefix("ال")
    return re.compile(f"(?:{'|'.join(before)}){re.escape(word)}{'' if is_open else '$'}")


def _is_same(word: _Word, listed: _Word, form: re.Pattern) -> bool:
    if not form.match(word.folded):
        return False
    # Accents may be left out, as in capitals, but other ones make another word: `soigne` is not `soigné`.
    letters = zip(word.spelled, listed.spelled, listed.folded, strict=False)
    return _is_arabic(word.folded) or all(letter in (accented, bare) for letter, accented, bare in letters)


def _is_arabic(folded: str) -> bool:
    return "\u0600" <= folded[:1] <= "\u06ff"


def _words(text: str) -> list[_Word]:
    return [
        _Word(_spelled(found[0]), folded, *found.span()) for found in _WORD.finditer(text) if (folded := fold(found[0]))
    ]


def _spelled(word: str) -> str:
    """As `fold` leaves it, with its accents: one sign for each letter."""
    return unicodedata.normalize("NFC", word.casefold()).translate(LIGATURES)
