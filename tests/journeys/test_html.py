"""The HTML of every kind of page, as the Nu checker reads it."""

import json
import subprocess
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from .places import LANGUAGES, PLACES

ROOT = Path(__file__).resolve().parents[2]


#: Compiling well what runs for seconds takes longer than it saves: 9.8 s of processor for 100 pages, 4.3 so. Such code needs
#: a deeper stack.
JAVA = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss8m"]


def complaints(checker: str, files: list[Path]) -> list[str]:
    command = [*JAVA, "-jar", checker, "--errors-only", "--exit-zero-always", "--format", "json", *files]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stderr
    return [
        f"{Path(fault['url']).name}:{fault.get('lastLine')} {fault['message']}"
        for fault in json.loads(said)["messages"]
    ]


@pytest.mark.journey
def test_no_page_has_an_error(shop, buyer, checker, tmp_path):
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in buyer.cookies)
    files = []
    for language in LANGUAGES:
        for place in PLACES:
            try:
                answer = urlopen(Request(shop.url + buyer.address(place, language), headers={"Cookie": cookies}))
            except HTTPError as refusal:
                answer = refusal
            assert answer.status == (404 if place == "not found" else 200), place
            files.append(tmp_path / f"{place} {language}.html".replace(" ", "-"))
            files[-1].write_bytes(answer.read())
    assert complaints(checker, files) == []


@pytest.mark.journey
def test_the_checker_finds_an_error(checker, tmp_path):
    file = tmp_path / "wrong.html"
    file.write_text("<!doctype html><html lang=fr><title>x</title><p><ul><li>x</ul></p><img src=x>")
    assert complaints(checker, [file])
