"""`make check`: is every text of the shop translated into every language, and are the compiled translations up to date?

The texts are written in English in the code, so French and Arabic need a translation of each. Needs Babel and no gettext.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

CODE_FOLDERS = ["catalog", "cms", "store", "templates"]
LANGUAGES = ["fr", "ar"]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

#: What a text is known by: its context and its words; the words alone are those of the singular.
Key = tuple[str | None, str]


class Command(BaseCommand):
    help = "Refuse texts without a French or Arabic translation, and compiled translations that are out of date."
    requires_system_checks = []

    def handle(self, **options):
        wanted = texts_to_translate(settings.BASE_DIR)
        faults = [fault for language in LANGUAGES for fault in faults_of(language, wanted)]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in the translations. `make messages` gathers and compiles.")
        self.stdout.write(f"{len(wanted)} texts, all of them in {' and '.join(LANGUAGES)}")


def texts_to_translate(root: Path) -> dict[Key, str]:
    """Every text marked for translation in our code and templates, with the first place where it stands."""
    wanted: dict[Key, str] = {}
    for path in files_with_texts(root):
        place = str(path.relative_to(root))
        for line, message, _comments, context in texts_in(path):
            singular = message[0] if isinstance(message, tuple) else message
            if singular:
                wanted.setdefault((context, singular), f"{place}:{line}")
    return wanted


def files_with_texts(root: Path) -> Iterator[Path]:
    for folder in CODE_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and not {"migrations", "static"} & set(path.parts):
                yield path


def texts_in(path: Path):
    """What Babel finds in a file; Django turns a template into Python that has the same texts on the same lines."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = templatize(source, origin=str(path))
    return extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})


def faults_of(language: str, wanted: dict[Key, str]) -> Iterator[str]:
    folder = settings.BASE_DIR / "store" / "locale" / language / "LC_MESSAGES"
    source, compiled = folder / "django.po", folder / "django.mo"
    if not source.exists():
        yield f"{source.relative_to(settings.BASE_DIR)} is missing"
        return
    with source.open("rb") as file:
        catalog = read_po(file, locale=language)
    for (context, text), place in wanted.items():
        message = catalog.get(text, context)
        if message is None:
            yield f"{language}: {place}: {text!r} is not in django.po"
        elif not translations_of(message):
            yield f"{language}: {place}: {text!r} is not translated"
        elif message.fuzzy:
            yield f"{language}: {place}: {text!r} is marked fuzzy"
        else:
            yield from (f"{language}: {place}: {text!r}: {error}" for error in message.check(catalog))
    if not compiled.exists():
        yield f"{compiled.relative_to(settings.BASE_DIR)} is missing"
        return
    with compiled.open("rb") as file:
        if in_words(read_mo(file)) != in_words(catalog):
            yield f"{compiled.relative_to(settings.BASE_DIR)} says something else than django.po: compile it anew"


def translations_of(message: Message) -> tuple[str, ...]:
    """All forms of the translation; nothing if one of them is empty."""
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return tuple(forms) if all(forms) else ()


def in_words(catalog: Catalog) -> dict[tuple, tuple[str, ...]]:
    """What a catalog translates: neither the fuzzy nor the empty, which are not compiled."""
    return {
        (in_letters(message.context), message.id if isinstance(message.id, str) else tuple(message.id)): forms
        for message in catalog
        if message.id and not message.fuzzy and (forms := translations_of(message))
    }


def in_letters(context: str | bytes | None) -> str | None:
    """Babel reads the contexts of a compiled catalog as bytes."""
    return context.decode() if isinstance(context, bytes) else context
