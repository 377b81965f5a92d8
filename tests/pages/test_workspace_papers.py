"""What goes with a parcel on paper, looked at as its courier and its buyer do: the picture is read, and the codes in it."""

from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.conf import settings
from django.utils import timezone

from catalog.models import Role
from store.documents import pdf
from store.models import CooperativeOrder, StatusChange
from store.statuses import PartStatus
from tests.factories import LotFactory, a_contact, a_part

from .members import at_work, space_of

pytestmark = pytest.mark.django_db

DOTS = 150  # to the inch, of a cheap printer of labels
MM = 72 / 25.4
ARABIC = "سعاد بنجلون"
LONG = "السيدة فاطمة الزهراء بنت الحاج عبد الرحمان المرابطي الإدريسي الحسني المكناسية المقيمة بحي الزيتونة القديم " * 3


@pytest.fixture(autouse=True)
def _pango():
    try:
        pdf._weasyprint()
    except pdf.NoPdf:
        pytest.skip("papers need pango: .ci/pango installs it")


def paper_of(part: CooperativeOrder, name: str, language: str = "fr", role: Role = Role.PACKER):
    browser = at_work(part.cooperative, role)
    return browser.get(space_of(part.cooperative, f"commandes/{part.pk}/{name}/", language))


def opened(answer) -> pypdfium2.PdfDocument:
    assert (answer.status_code, answer["content-type"]) == (200, "application/pdf")
    return pypdfium2.PdfDocument(answer.content)


def text_of(document: pypdfium2.PdfDocument) -> str:
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def codes_on(document: pypdfium2.PdfDocument) -> dict[str, str]:
    picture = document[0].render(scale=DOTS / 72).to_pil()
    return {code.format.name: code.text for code in zxingcpp.read_barcodes(picture)}


@pytest.mark.parametrize(
    "typed", [{}, {"name": LONG[:120], "street": LONG[:200], "landmark": LONG[:200], "note": LONG[:300]}]
)
def test_a_label_is_one_page_of_its_size_whose_codes_are_read(typed):
    part = a_part(PartStatus.PACKED, contact=a_contact(**typed))
    label = opened(paper_of(part, "etiquette", "ar"))
    assert len(label) == 1
    assert label[0].get_size() == pytest.approx((100 * MM, 150 * MM), abs=0.1)
    page = f"{settings.SITE_URL}{space_of(part.cooperative, f'commandes/{part.pk}/', 'ar')}"
    assert codes_on(label) == {"Code128": part.order.number, "QRCode": page}


def test_a_label_tells_couriers_in_both_languages_where_it_goes_and_what_is_to_be_collected():
    contact = a_contact(name=ARABIC, street="رقم 12، زنقة الزيتون", note="يرجى الاتصال قبل الوصول")
    label = text_of(opened(paper_of(a_part(PartStatus.PACKED, contact=contact), "etiquette")))
    for told in [ARABIC, "زنقة الزيتون", "قبل الوصول", "Meknès", "مكناس", "205,00 MAD", "0535 12 34 56"]:
        assert told in label.replace("\xa0", " "), told


def test_a_slip_names_lots_and_days_and_no_secret_link():
    lot = LotFactory(code="THYM-7", quantity=2, best_before=timezone.localdate() + timedelta(days=90))
    LotFactory(code="THYM-8", variant=lot.variant)
    part = a_part(PartStatus.CONFIRMED, lot=lot, quantity=3, contact=a_contact(name=ARABIC, language="ar"))
    document = opened(paper_of(part, "bordereau"))
    slip = text_of(document)
    for told in ["THYM-7", "THYM-8", part.order.number, ARABIC, part.lines.get().name, part.seller.split(" · ")[0]]:
        assert told in slip, told
    assert part.order.token not in slip and codes_on(document) == {}


def test_what_is_printed_is_looked_at_here_and_kept_by_nobody_on_the_way():
    part = a_part(PartStatus.PACKED)
    answer = paper_of(part, "etiquette")
    assert answer["content-disposition"] == f'inline; filename="etiquette-{part.order.number}.pdf"'
    assert "no-store" in answer["cache-control"]


@pytest.mark.parametrize(
    ("status", "papers"),
    [("placed", set()), ("confirmed", {"bordereau"}), ("packed", {"etiquette", "bordereau"}), ("canceled", set())],
)
def test_each_paper_is_there_when_it_is_of_use(status, papers):
    part = a_part(PartStatus(status))
    page = at_work(part.cooperative).get(space_of(part.cooperative, f"commandes/{part.pk}/")).content.decode()
    for name in ("etiquette", "bordereau"):
        is_there = name in papers
        assert (paper_of(part, name).status_code == 200) is is_there
        assert (f"/{name}/" in page) is is_there


def test_thirty_days_after_the_delivery_a_slip_says_no_more_who_ordered():
    part = a_part(PartStatus.DELIVERED)
    assert "Amina Berrada" in text_of(opened(paper_of(part, "bordereau")))

    long_ago = timezone.now() - timedelta(days=settings.BUYER_SHOWN_DAYS, minutes=1)
    StatusChange.objects.filter(row_id=part.pk, now="delivered").update(at=long_ago)

    slip = text_of(opened(paper_of(part, "bordereau")))
    assert part.order.number in slip
    assert "Amina" not in slip and "Oliviers" not in slip
    assert paper_of(part, "etiquette").status_code == 404


def test_what_a_buyer_typed_is_letters_and_nothing_else():
    part = a_part(PartStatus.PACKED, contact=a_contact(name="<b>Ali</b><img src=file:///etc/hostname>"))
    assert "<b>Ali</b><img src=" in text_of(opened(paper_of(part, "etiquette")))


def test_a_paper_fetches_nothing_but_our_own_letters(tmp_path, monkeypatch):
    secret = tmp_path / "secret.txt"
    secret.write_text("of this machine")
    html = f'<link rel="attachment" href="{secret.as_uri()}"><link rel="attachment" href="paper:../pdf.py"><p>Bonjour'

    document = pypdfium2.PdfDocument(pdf.pdf_of(html, stylesheet="papers.css"))
    assert (text_of(document), document.count_attachments()) == ("Bonjour", 0)

    # The control: with WeasyPrint's own way to fetch, a file of this machine comes along.
    monkeypatch.setattr(pdf, "_own_fonts_only", lambda weasyprint: weasyprint.urls.URLFetcher())
    document = pypdfium2.PdfDocument(pdf.pdf_of(html, stylesheet="papers.css"))
    assert document.count_attachments() == 1


def test_where_no_pdf_can_be_drawn_a_page_is_printed(monkeypatch):
    def without_pango():
        raise pdf.NoPdf

    monkeypatch.setattr(pdf, "_weasyprint", without_pango)
    part = a_part(PartStatus.PACKED, contact=a_contact(name=ARABIC))
    for name in ("etiquette", "bordereau"):
        answer = paper_of(part, name)
        page = answer.content.decode()
        assert (answer.status_code, answer["content-type"]) == (200, "text/html; charset=utf-8")
        assert ARABIC in page and 'class="on-screen"' in page and "style=" not in page


def test_the_code_on_a_jar_opens_the_page_of_its_lot():
    lot = LotFactory(code="THYM-7", best_before=timezone.localdate() + timedelta(days=90))
    sheet = opened(at_work(lot.cooperative).get(space_of(lot.cooperative, f"stock/{lot.pk}/etiquettes/", "ar")))
    assert len(sheet) == 1 and sheet[0].get_size() == pytest.approx((210 * MM, 297 * MM), abs=0.5)
    picture = sheet[0].render(scale=DOTS / 72).to_pil()
    codes = [code.text for code in zxingcpp.read_barcodes(picture)]
    assert codes == [f"{settings.SITE_URL}/fr/lot/{lot.cooperative.slug}/THYM-7/"] * 24
    assert text_of(sheet).count("THYM-7") == 24
