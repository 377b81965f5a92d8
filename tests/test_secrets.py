"""No key of a provider lies in the repository, and no card number has a place in the shop."""

import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).parent.parent
#: As providers write them: a kind, and a long tail.
KEY = re.compile(rb"\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}|\bwhsec_[A-Za-z0-9+/=]{16,}|BEGIN [A-Z ]*PRIVATE KEY")
CARD = re.compile(r"card_?number|\bpan\b|cvc|cvv|card_?holder|expiry_?(month|year)", re.IGNORECASE)


def files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_key_lies_in_the_repository():
    found = [
        str(path.relative_to(ROOT)) for path in files() if path.suffix != ".lock" and KEY.search(path.read_bytes())
    ]
    assert found == []


def test_the_search_finds_a_key():
    made = b"_".join((b"sk", b"test")) + b"_" + b"a1B2" * 6
    assert KEY.search(made) and KEY.search(b"whsec" + b"_" + b"a1B2" * 6)


@pytest.mark.parametrize("app", ["store", "catalog", "cms"])
def test_no_column_is_for_a_card(app):
    columns = [field.name for model in apps.get_app_config(app).get_models() for field in model._meta.local_fields]
    assert columns and not [name for name in columns if CARD.search(name)]


def test_no_form_page_or_script_of_ours_asks_for_a_card():
    ours = [path for path in files() if path.relative_to(ROOT).parts[0] in ("templates", "store", "cms", "catalog")]
    asking = re.compile(rb"cc-number|cc-csc|name=[\"']?(card_?number|cvc|cvv)", re.IGNORECASE)
    assert [str(path.relative_to(ROOT)) for path in ours if asking.search(path.read_bytes())] == []


def test_no_script_style_or_frame_of_a_provider_is_on_a_page():
    pages = [
        path for path in files() if path.suffix in (".html", ".js", ".css") and path.parts[len(ROOT.parts)] != "tests"
    ]
    theirs = re.compile(rb"js\.stripe\.com|m\.stripe|cmi\.co\.ma[^\"' ]*\.js|<iframe[^>]*(stripe|cmi)", re.IGNORECASE)
    assert [str(path.relative_to(ROOT)) for path in pages if theirs.search(path.read_bytes())] == []
