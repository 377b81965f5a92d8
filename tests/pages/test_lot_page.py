"""What the code on a jar opens: for everybody, and never how many there are."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from catalog.models import Lot, ShopDocument
from catalog.stock.history import put_back_on_sale, take_off_sale
from store.flows.recall import call_back, close_recall
from tests.factories import CooperativeFactory, LotFactory, VariantFactory, a_part, a_person

from .test_public_pages import queries_of

pytestmark = pytest.mark.django_db


def a_lot(**fields) -> Lot:
    return LotFactory(**{"code": "THY-2607", "quantity": 4321, "origin_fr": "Rucher d’Ouislane", **fields})


def page_of(lot: Lot, language: str = "en", code: str | None = None) -> str:
    return f"/{language}/lot/{lot.cooperative.slug}/{code or lot.code}/"


def words_of(visitor, lot: Lot) -> str:
    answer = visitor.get(page_of(lot))
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_where_and_when_the_lot_was_made_and_not_how_much_there_is(visitor):
    lot = a_lot(produced_on=date(2026, 7, 1), best_before=date(2031, 7, 31), best_before_precision="month")
    Lot.objects.update(certificate=ShopDocument.objects.create(title="Analyse du miel", file="documents/analyse.pdf"))
    part = a_part(lot=lot)
    page = words_of(visitor, lot)
    for word in ("THY-2607", "Rucher d’Ouislane", "1 July 2026", "July 2031", "Analyse du miel", lot.cooperative.name):
        assert word in page
    assert "Nothing is wrong" in page and f"/en/boutique/{lot.variant.product.sale.slug}/" in page
    assert "4321" not in page and "4319" not in page and part.order.number not in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize("code", ["thy-2607", "Thy-2607"])
def test_however_the_code_is_typed(visitor, code):
    assert visitor.get(page_of(a_lot(), code=code)).status_code == 200


@pytest.mark.parametrize("code", ["THY-26", "x" * 500, "THY-2607%00", "%00", "%F0%9F%8D%AF", "a/b"])
def test_a_code_that_nobody_gave_is_the_shops_404(visitor, code):
    answer = visitor.get(page_of(a_lot(), code=code))
    assert answer.status_code == (200 if code == "THY-2607%00" else 404)


def test_a_code_is_one_cooperatives_and_what_was_never_published_has_no_page(visitor):
    lot = a_lot()
    assert visitor.get(f"/fr/lot/{CooperativeFactory().slug}/{lot.code}/").status_code == 404
    lot.variant.product.live = False
    lot.variant.product.save()
    assert visitor.get(page_of(lot)).status_code == 404


def test_a_code_with_a_slash_has_its_page_too(visitor):
    assert visitor.get(page_of(a_lot(code="THY/26 n° 7"), code="THY/26%20n%C2%B0%207")).status_code == 200


def test_it_says_that_the_lot_is_recalled_until_it_is_sold_again(visitor):
    lot = a_lot()
    recall, _moved = call_back(lot, because="Couvercles", by=a_person())
    page = words_of(visitor, lot)
    assert "This lot is recalled" in page and f"tel:{lot.cooperative.phone}" in page and "Nothing is wrong" not in page
    close_recall(recall, by=a_person())
    assert "This lot is recalled" in words_of(visitor, lot)
    put_back_on_sale(lot, because="Vérifié", by=a_person())
    assert "Nothing is wrong" in words_of(visitor, lot)


def test_a_blocked_lot_and_one_past_its_date_are_not_sold_any_more(visitor):
    blocked = a_lot()
    take_off_sale(blocked, because="On attend l’analyse", by=a_person())
    page = words_of(visitor, blocked)
    assert "not sold any more" in page and "analyse" not in page
    old = a_lot(code="OLD", variant=VariantFactory())
    Lot.objects.filter(pk=old.pk).update(best_before=timezone.localdate() - timedelta(days=1))
    assert "The date of this lot is over" in words_of(visitor, old)


def test_it_asks_as_little_whatever_there_is(visitor):
    lot = a_lot()
    few = queries_of(visitor, page_of(lot))
    for _number in range(5):
        a_part(lot=lot)
        LotFactory(variant=lot.variant)
    assert queries_of(visitor, page_of(lot)) == few <= 10
