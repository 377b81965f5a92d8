"""The one stylesheet: all of its files, in their layers, without another request."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

from store.stylesheets import SHEET, BundledStaticFiles, bundled

CSS = Path(finders.find(SHEET)).parent
#: The back office and the workspace have a stylesheet of their own, and so have papers and the statement that are printed.
OTHERS = {"admin.css", "papers.css", "reviews.css", "site.css", "statement.css", "workspace.css"}


def files(**texts: str) -> dict:
    storage = InMemoryStorage()
    for name, text in texts.items():
        storage.save(name.replace("__", "/") + ".css", ContentFile(text.encode()))
    names = [name.replace("__", "/") + ".css" for name in texts]
    return {name: (storage, name) for name in names}


def test_every_file_is_in_the_stylesheet_once():
    imported = re.findall(r'url\("([^"]+)"\)', (CSS / "site.css").read_text())
    there = {str(path.relative_to(CSS)) for path in CSS.rglob("*.css")} - OTHERS
    assert sorted(imported) == sorted(there)


def test_what_is_served_needs_no_other_stylesheet(tmp_path):
    storage = BundledStaticFiles(location=tmp_path, base_url="/static/")
    paths = {}
    for folder in ("css", "fonts", "img"):
        for path in (CSS.parent / folder).rglob("*.*"):
            name = str(path.relative_to(CSS.parent))
            storage._save(name, ContentFile(path.read_bytes()))
            paths[name] = (storage, name)
    for _name, _hashed, processed in storage.post_process(paths):
        assert not isinstance(processed, Exception), processed

    served = (tmp_path / storage.stored_name(SHEET)).read_text()
    assert "@import" not in served
    assert "@layer components {" in served and ".button {" in served
    assert re.search(r'url\("\.\./fonts/alexandria-latin\.[0-9a-f]{12}\.woff2"\)', served)


def test_a_rule_in_a_folder_cannot_name_a_file_that_would_not_be_found():
    sheet = files(css__site='@import url("parts/x.css") layer(components);', css__parts__x="a { b: url(../y.svg) }")
    with pytest.raises(ValueError, match=r"parts/x\.css"):
        bundled(sheet)
