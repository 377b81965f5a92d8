"""Whatever somebody uploads, it is refused with a sentence, or kept without what could do harm."""

import io
import json
import os
import re
import subprocess
import sys
from itertools import cycle

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from PIL import Image
from wagtail.models import UploadedFile

from catalog.media.forms import PictureField
from catalog.media.uploads import checked_document
from catalog.models import Evidence, ShopDocument, ShopImage
from store.workspace import evidence
from tests.factories import CooperativeFactory
from tests.pages.members import at_work, space_of

from .files import FILES, JPEG, NAMES, PDF
from .shop import a_person

WHOLE = bool(os.environ.get("WHOLE"))
#: Megabytes of memory that checking a file may take beside what the server has already.
MOST_MB = 100
#: Seconds of a processor that it may take, however many others use the machine meanwhile.
MOST_SECONDS = 1
PLACES = {"picture": "wagtailimages", "document": "wagtaildocs"}
DOORS = ("add", "add_multiple", "chooser")
#: What is kept under these names is no picture of ours, or has other words in it than the picture.
KEPT = {
    "JPEG with a page behind it", "JPEG with a zip behind it", "PNG with a page behind it", "bomb of PNG below the limit",
    "WebP of 300 frames", "JPEG that is large and comes in layers", "CMYK, and a script in its description", "16 bits",
    "large description with a script", "large color profile with a script", "XMP with a script",
}  # fmt: skip
KEPT_DOCUMENTS = {"PDF with a page in it", "PDF with a script"}


@pytest.fixture(autouse=True)
def _renditions_later(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def upload(client, kind: str, door: str, name: str, content: bytes) -> tuple[bool, str]:
    """Send a file through one of the admin's doors: whether it was kept, and what was said."""
    place, file = PLACES[kind], SimpleUploadedFile(name, content)
    if door == "add_multiple":
        answer = client.post(reverse(f"{place}:add_multiple"), {"title": "Miel", "files[]": file}, headers=XHR)
        assert answer.status_code == 200
        return answer.json()["success"], answer.json().get("error_message", "")
    if door == "chooser":
        prefix = {"picture": "image-chooser-upload", "document": "document-chooser-upload"}[kind]
        fields = {f"{prefix}-title": "Miel", f"{prefix}-tags": "", f"{prefix}-file": file}
        answer = client.post(reverse(f"{place}_chooser:create"), fields, headers=XHR)
        assert answer.status_code == 200
        told = answer.json()
        return told["step"].endswith(("chosen", "duplicate_found")), told.get("htmlFragment", "")
    answer = client.post(reverse(f"{place}:add"), {"title": "Miel", "tags": "", "file": file})
    assert answer.status_code in (200, 302)
    return answer.status_code == 302, answer.content.decode()


XHR = {"x-requested-with": "XMLHttpRequest"}


@pytest.fixture
def author(db):
    return a_person("autrice")


def chosen_doors(at: int) -> tuple[str, ...]:
    return DOORS if WHOLE else (DOORS[at % len(DOORS)],)


def test_a_hostile_picture_is_refused_or_made_harmless(author, record_testsuite_property):
    count = 0
    for at, (what, (name, make)) in enumerate(FILES.items()):
        content = make()
        for door in chosen_doors(at):
            is_kept, said = upload(author, "picture", door, name, content)
            count += 1
            assert is_kept == (what in KEPT), (what, door, said[-500:])
            assert is_kept or said
    assert ShopImage.objects.count() >= len(KEPT) and not UploadedFile.objects.exists()
    for image in ShopImage.objects.all():
        with image.file.open() as file:
            stored = file.read()
        shown = Image.open(io.BytesIO(stored))
        assert b"__ran__" not in stored and re.fullmatch(r"originals/[-\w]{16}\.(jpg|png|webp)", image.file.name)
        assert (shown.format.lower().replace("jpeg", "jpg"), max(shown.size) <= 2400) == (
            image.file.name[-4:].strip("."),
            True,
        )
        assert getattr(shown, "n_frames", 1) == 1 and set(shown.info) <= {"jfif", "jfif_version", "jfif_unit",
            "jfif_density", "progressive", "progression", "loop", "background", "timestamp", "duration"}  # fmt: skip
    record_testsuite_property(
        "pictures", f"{count} uploads of {len(FILES)} hostile files as pictures, {len(KEPT)} kept, redrawn"
    )


@pytest.fixture
def _on_a_disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    on_a_disk = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": on_a_disk}


@pytest.mark.usefixtures("_on_a_disk")
def test_a_hostile_document_is_refused_or_only_ever_downloaded(author, client, record_testsuite_property):
    count = 0
    for at, (what, (name, make)) in enumerate(FILES.items()):
        content = make()
        for door in chosen_doors(at):
            is_kept, said = upload(author, "document", door, name, content)
            count += 1
            assert is_kept == (what in KEPT_DOCUMENTS), (what, door, said[-500:])
            assert is_kept or said
    for document in ShopDocument.objects.all():
        answer = client.get(document.url)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
        for path in (document.file.name, f"share/../{document.file.name}", f"./{document.file.name}"):
            assert client.get(f"/media/{path}").status_code == 404
    record_testsuite_property(
        "documents",
        f"{count} uploads of {len(FILES)} hostile files as documents, {len(KEPT_DOCUMENTS)} kept, downloaded only",
    )


#: Drawn anew where it begins as a picture, whatever its name says and whatever comes after.
KEPT_AS_EVIDENCE = KEPT | KEPT_DOCUMENTS | {
    "AVIF of 30 frames", "JPEG with a PDF behind it", "PDF with a JPEG behind it", "PNG as JPEG", "double extension",
}  # fmt: skip


def test_a_hostile_document_of_a_cooperative_is_refused_redrawn_or_only_ever_downloaded(db, monkeypatch):
    monkeypatch.setattr(evidence, "MOST_WAITING", len(FILES))
    cooperative = CooperativeFactory()
    browser = at_work(cooperative)
    for number, (what, (name, make)) in enumerate(FILES.items()):
        fields = {"kind": "analysis", "number": str(number), "file": SimpleUploadedFile(name, make())}
        answer = browser.post(space_of(cooperative, "documents/nouveau/"), fields)
        is_kept = answer.status_code == 302
        assert is_kept == (what in KEPT_AS_EVIDENCE), (what, answer.status_code)
        assert is_kept or answer.context["form"].errors["file"]
    for document in Evidence.objects.all():
        answer = browser.get(space_of(cooperative, f"documents/{document.pk}/"))
        kept, disposition = b"".join(answer.streaming_content), answer.headers["Content-Disposition"]
        assert re.fullmatch(r"evidence/[-\w]{16}\.(pdf|jpg|png|webp)", document.file.name)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert disposition.startswith("attachment") if document.is_pdf else b"__ran__" not in kept


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_leads_nowhere_and_shows_nothing_else(author, name):
    doors = cycle(DOORS)
    upload(author, "picture", next(doors), name, JPEG())
    upload(author, "document", next(doors), name.replace(".jpg", ".pdf"), PDF)
    for row in [*ShopImage.objects.all(), *ShopDocument.objects.all()]:
        assert re.fullmatch(r"(originals|documents)/[-\w.]{5,100}", row.file.name), row.file.name
        assert default_storage.exists(row.file.name) and not row.file.name.endswith(("exe", "php"))


@pytest.mark.parametrize(("check", "kept"), [(PictureField().clean, KEPT), (checked_document, KEPT_DOCUMENTS)])
def test_every_refusal_is_said_in_the_language_of_the_editor(check, kept):
    for what, (name, make) in FILES.items():
        if what in kept or (check is checked_document and not name.endswith(".pdf")):
            continue
        content, said = make(), set()
        for language in ("fr", "ar", "en"):
            with translation.override(language):
                try:
                    check(SimpleUploadedFile(name, content))
                except ValidationError as refusal:
                    said.add(" ".join(refusal.messages))
        assert len(said) == 3, (what, said)


def test_no_hostile_file_costs_much_memory_or_time(record_testsuite_property):
    """In a process of its own, which is asked how long a processor worked for it: a crowded machine makes that no longer."""
    command = [sys.executable, "-m", "tests.hostile.measure"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    costs = {cost["what"]: cost for cost in map(json.loads, told)}
    assert set(costs) == set(FILES)
    record_testsuite_property(
        "costs",
        f"checking a hostile file takes at most {max(cost['mb'] for cost in costs.values()):.0f} MB "
        f"and {max(cost['seconds'] for cost in costs.values()):.2f} s of a processor",
    )
    assert {what: cost["mb"] for what, cost in costs.items() if cost["mb"] > MOST_MB} == {}
    assert {what: cost["seconds"] for what, cost in costs.items() if cost["seconds"] > MOST_SECONDS} == {}
