"""Fold texts so that a search finds what people mean: case, accents, Arabic marks and letter forms."""

import re
import unicodedata

# One form for letters that are written in several ways; tatweel, a mere lengthening, goes.
_ARABIC_FORMS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None}
)
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": " ", "'": " "})
_NOT_A_WORD = re.compile(r"[^\w]+")


def fold(text: str) -> str:
    """`Élixir d'ORANGER` gives `elixir d oranger`; `الأُوكالبتوس` gives `الاوكالبتوس`. Digits become Western."""
    # NFKC puts letters together (ﻰ is ى) and NFKD takes them apart (أ is ا and a mark): the forms go between them.
    text = unicodedata.normalize("NFKC", text.casefold()).translate(_ARABIC_FORMS).translate(LIGATURES)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = "".join(str(unicodedata.digit(c, c)) for c in text)
    return _NOT_A_WORD.sub(" ", text).strip()


def search_words(query: str, *, most: int = 8) -> list[str]:
    """The folded words of a query. The Arabic article is dropped, so that الخزامى and خزامى find the same."""
    words = fold(query[:200]).split()[:most]
    return [word.removeprefix("ال") if len(word) > 4 else word for word in words]


def western_digits(text: str) -> str:
    """`٢` and `２` become `2`; everything else stays."""
    return "".join(str(unicodedata.digit(c, c)) if c.isdigit() else c for c in text)
