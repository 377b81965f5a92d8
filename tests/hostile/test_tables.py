"""Whatever is uploaded as a table, it is refused with a sentence, soon and without much memory."""

import json
import subprocess
import sys

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from catalog.spreadsheets.reading import Unreadable
from store.models import TableImport
from store.tables.sheet import read_sheet
from tests.factories import CooperativeFactory
from tests.pages.members import at_work, space_of

from .tables import FILES
from .test_files import MOST_MB, MOST_SECONDS

#: It is large, and a table.
READ = {"as full as a workbook may be"}


@pytest.mark.django_db
def test_a_hostile_table_is_refused_with_words_in_each_language(record_testsuite_property):
    cooperative = CooperativeFactory()
    browser, doors = at_work(cooperative), {}
    for what, (name, make) in FILES.items():
        content, said = make(), set()
        for language in ("fr", "ar", "en"):
            with translation.override(language):
                try:
                    read_sheet(content)
                except Unreadable as refusal:
                    said.add(refusal.why)
        assert len(said) == (0 if what in READ else 3), (what, said)
        cache.clear()
        answer = browser.post(space_of(cooperative, "tableaux/importer/"), {"file": SimpleUploadedFile(name, content)})
        doors[what] = answer.status_code
    assert {what for what, code in doors.items() if code != 422} == READ
    assert TableImport.objects.count() == 1
    record_testsuite_property("tables", f"{len(FILES)} hostile tables, {len(FILES) - len(READ)} refused")


def test_no_hostile_table_costs_much_memory_or_time(record_testsuite_property):
    """In a process of its own, as for pictures and documents."""
    command = [sys.executable, "-m", "tests.hostile.tables"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    costs = {cost["what"]: cost for cost in map(json.loads, told)}
    assert set(costs) == set(FILES)
    record_testsuite_property(
        "table costs",
        f"reading a hostile table takes at most {max(cost['mb'] for cost in costs.values()):.0f} MB "
        f"and {max(cost['seconds'] for cost in costs.values()):.2f} s of a processor",
    )
    assert {what: cost["mb"] for what, cost in costs.items() if cost["mb"] > MOST_MB} == {}
    assert {what: cost["seconds"] for what, cost in costs.items() if cost["seconds"] > MOST_SECONDS} == {}


def test_without_the_look_at_the_parts_a_bomb_is_unfolded(monkeypatch):
    """The control: what a workbook says of itself is not believed."""
    _name, make = FILES["bomb of a zip"]
    monkeypatch.setattr("catalog.spreadsheets.workbooks.MOST_UNPACKED", 1 << 30)
    with translation.override("en"), pytest.raises(Unreadable) as refused:
        read_sheet(make())
    assert "rows or" not in refused.value.why  # it was unfolded, and then there was no table in it
