"""One stylesheet from many files: a browser that fetched each by itself would wait for thirty answers."""

import re
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r'@import url\("(?P<name>[\w/.-]+)"\)(?: layer\((?P<layer>\w+)\))?;')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SHEET = "css/site.css"


class BundledStaticFiles(CompressedManifestStaticFilesStorage):
    """Puts what `site.css` imports into it, before the names of the files get their hashes."""

    def post_process(self, paths, dry_run=False, **options):
        if SHEET in paths and not dry_run:
            bundle = InMemoryStorage()
            bundle.save(SHEET, ContentFile(bundled(paths).encode()))
            paths = {**paths, SHEET: (bundle, SHEET)}
        yield from super().post_process(paths, dry_run, **options)


def bundled(paths) -> str:
    """The text of `site.css` with each `@import` replaced by the file's rules in their layer.

    `paths`: name of a static file → (its storage, its path there), as `collectstatic` gives them.

    Raises:
        ValueError: an imported file is in another folder and names a file itself, whose address would be another.
    """

    def text_of(name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            return COMMENT.sub("", file.read().decode()).strip()

    def rules(match: re.Match) -> str:
        name = str(PurePosixPath(SHEET).parent / match["name"])
        text = text_of(name)
        if "url(" in text and PurePosixPath(name).parent != PurePosixPath(SHEET).parent:
            raise ValueError(f"{name} names a file: move the rule to the folder of {SHEET}")
        return f"@layer {match['layer']} {{\n{text}\n}}" if match["layer"] else text

    return IMPORT.sub(rules, text_of(SHEET))
