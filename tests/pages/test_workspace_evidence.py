"""Managers send documents, read how each stands, and nobody else ever has one of them."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from catalog.evidence import actions
from catalog.models import Evidence, Role
from store.workspace import evidence as module
from tests.factories import PDF, CooperativeFactory, ProductFactory, an_evidence

from .admin_people import queries_of
from .members import a_member, at_work, browser_of, space_of

pytestmark = pytest.mark.django_db


def a_photo() -> bytes:
    file = io.BytesIO()
    tags = Image.Exif()
    tags[0x010E] = "33.57, -7.58"
    Image.new("RGB", (60, 40)).save(file, "JPEG", exif=tags)
    return file.getvalue()


def send(browser, cooperative, *, name="agrement.pdf", content=PDF, **changes):
    fields = {"kind": "sanitary", "product": "", "number": "MIE.5.100.20", "issued_on": "", "expires_on": ""}
    file = {"file": SimpleUploadedFile(name, content)} if name else {}
    return browser.post(space_of(cooperative, "documents/nouveau/"), {**fields, **changes, **file})


def read(document: Evidence, browser):
    return browser.get(space_of(document.cooperative, f"documents/{document.pk}/"))


def test_a_manager_sends_a_pdf_and_reads_that_it_waits():
    cooperative = CooperativeFactory()
    browser = at_work(cooperative)
    answer = send(browser, cooperative, expires_on="2031-05-01")
    assert answer["location"] == space_of(cooperative, "documents/")
    document = Evidence.objects.get()
    assert (document.number, document.outcome, document.uploaded_by.first_name) == ("MIE.5.100.20", "", "Khadija")
    page = browser.get(space_of(cooperative, "documents/", "en")).content.decode()
    assert "waits for the federation" in page and "MIE.5.100.20" in page


def test_a_photo_is_drawn_anew_without_what_the_telephone_wrote_into_it():
    cooperative = CooperativeFactory()
    browser = at_work(cooperative)
    send(browser, cooperative, name="IMG_2041.jpg", content=a_photo())
    answer = read(Evidence.objects.get(), browser)
    kept = b"".join(answer.streaming_content)
    assert Image.open(io.BytesIO(kept)).size == (60, 40) and b"33.57" not in kept
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_a_pdf_is_only_ever_downloaded_and_is_not_under_the_public_media():
    cooperative = CooperativeFactory()
    browser = at_work(cooperative)
    send(browser, cooperative)
    document = Evidence.objects.get()
    answer = read(document, browser)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert re.fullmatch(r"evidence/[-\w]{16}\.pdf", document.file.name)
    assert browser.get(f"/media/{document.file.name}").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": ""}, "number"),
        ({"kind": "blessing"}, "kind"),
        ({"product": "999999"}, "product"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"issued_on": "2031-05-02", "expires_on": "2031-05-01"}, "expires_on"),
        ({"name": ""}, "file"),
        ({"content": b""}, "file"),
        ({"content": b"MZ"}, "file"),
        ({"content": b"%PDF-1.4 half"}, "file"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(wrong, field):
    cooperative = CooperativeFactory()
    answer = send(at_work(cooperative), cooperative, **{"number": "MIE.5", **wrong})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    assert 'value="MIE.5"' in answer.content.decode() or field == "number"
    assert not Evidence.objects.exists()


def test_a_pdf_above_the_limit_is_refused(settings):
    settings.LARGEST_EVIDENCE = 20
    cooperative = CooperativeFactory()
    assert send(at_work(cooperative), cooperative).status_code == 422


def test_pressing_twice_sends_it_once_and_nobody_fills_the_federations_desk(monkeypatch):
    cooperative = CooperativeFactory()
    browser = at_work(cooperative)
    send(browser, cooperative)
    assert send(browser, cooperative).status_code == 422
    monkeypatch.setattr(module, "MOST_WAITING", 1)
    assert send(browser, cooperative, number="MIE.6").status_code == 422
    assert Evidence.objects.count() == 1


def test_a_newer_one_stands_above_the_one_in_force_and_the_history_stays():
    cooperative = CooperativeFactory(language="en")
    oldest, in_force = an_evidence(cooperative, days=10), an_evidence(cooperative, days=20)
    newer = an_evidence(cooperative, waits=True)
    page = at_work(cooperative).get(space_of(cooperative, "documents/", "en"))
    [papers] = page.context["papers"]
    assert (papers.today, papers.before) == ([newer, in_force], [oldest])
    assert "ends in 20 days" in page.content.decode()


def test_a_refusal_is_read_with_its_reason_and_what_the_rules_ask_is_named():
    cooperative = CooperativeFactory()
    browser = at_work(cooperative)
    ProductFactory(sale__cooperative=cooperative)
    page = browser.get(space_of(cooperative, "documents/", "en")).content.decode()
    assert "What you sell needs this one: Sanitary approval" in page
    actions.refuse(an_evidence(cooperative, waits=True), because="La page 2 manque", by=None)
    page = browser.get(space_of(cooperative, "documents/", "en")).content.decode()
    assert "La page 2 manque" in page and "What you sell needs" not in page


def test_the_form_begins_with_what_is_to_be_renewed():
    cooperative = CooperativeFactory()
    product = ProductFactory(sale__cooperative=cooperative)
    form = (
        at_work(cooperative)
        .get(space_of(cooperative, f"documents/nouveau/?kind=cosmetic&product={product.pk}"))
        .context["form"]
    )
    assert (form["kind"].value(), form["product"].value()) == ("cosmetic", str(product.pk))


def test_products_of_others_are_neither_offered_nor_taken():
    cooperative, foreign = CooperativeFactory(), ProductFactory(name_fr="Miel étranger")
    browser = at_work(cooperative)
    assert "étranger" not in browser.get(space_of(cooperative, "documents/nouveau/")).content.decode()
    assert send(browser, cooperative, product=foreign.pk).status_code == 422


def test_only_managers_have_the_page_and_the_files():
    cooperative = CooperativeFactory()
    document = an_evidence(cooperative)
    for role, expected in [(Role.PACKER, 403), (Role.SELLER, 403), (Role.MANAGER, 200)]:
        browser = at_work(cooperative, role)
        assert browser.get(space_of(cooperative, "documents/")).status_code == expected
        assert read(document, browser).status_code == expected


def test_a_file_of_another_cooperative_is_nowhere_for_its_managers(monkeypatch):
    """With the control: without the guard the canary is read."""
    mine, other = CooperativeFactory(), CooperativeFactory()
    document = an_evidence(other)
    browser = browser_of(a_member(mine))
    addresses = [space_of(each, f"documents/{document.pk}/") for each in (mine, other)]
    assert [browser.get(address).status_code for address in addresses] == [404, 404]
    assert Client().get(addresses[1]).status_code == 302
    monkeypatch.setattr(module, "document_of", lambda member, pk: Evidence.objects.get(pk=pk))
    assert b"".join(browser.get(addresses[0]).streaming_content) == PDF


def test_the_page_asks_as_many_queries_for_ten_documents_as_for_one():
    cooperative, counts = CooperativeFactory(), []
    browser = at_work(cooperative)
    for size in (1, 10):
        while Evidence.objects.count() < size:
            an_evidence(cooperative, product=ProductFactory(sale__cooperative=cooperative))
        counts.append(queries_of(browser, space_of(cooperative, "documents/")))
    assert counts[0] == counts[1]


def test_a_document_that_ends_today_is_still_good():
    cooperative = CooperativeFactory()
    an_evidence(cooperative, days=0)
    page = at_work(cooperative).get(space_of(cooperative, "documents/", "en")).content.decode()
    assert "ends in 0 days" not in page and "ends today" in page
    assert Evidence.objects.get().expires_on == timezone.localdate()
