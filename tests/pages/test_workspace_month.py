"""The month on a page, and what the page of today says of shelf and money."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Lot, ProductSale, Role, StockMovement
from store.flows.month import Month
from store.flows.settle import propose
from tests.factories import (
    CooperativeFactory,
    CourierFactory,
    LotFactory,
    VariantFactory,
    a_part,
    a_person,
    a_rate,
    book_in,
    last_month,
)

from .admin_people import queries_of
from .members import at_work, space_of
from .statements import sold

pytestmark = pytest.mark.django_db


def month_page(cooperative, month: Month) -> str:
    return space_of(cooperative, f"mois/{month.year}/{month.number}/")


# -- The month ---------------------------------------------------------------------------------------------------------


def test_the_month_tells_orders_products_lots_and_the_statement_and_leads_to_its_neighbours():
    a_rate(80)
    part = sold()
    propose(part.cooperative, last_month(), by=a_person())
    page = at_work(part.cooperative).get(month_page(part.cooperative, last_month())).content.decode()
    for told in ("170,00", "156,40", part.order.number, "vont vous être virés"):
        assert told in page, told
    for month in (last_month().previous, last_month().next):
        assert f'href="{month_page(part.cooperative, month)}"' in page
    assert "<script" not in page and "style=" not in page


def test_an_empty_month_says_so_and_one_to_come_is_not_there():
    cooperative = CooperativeFactory()
    browser, this = at_work(cooperative), Month.of(timezone.localdate())
    page = browser.get(space_of(cooperative, "mois/")).content.decode()
    assert "Il ne s’est rien passé ce mois-là" in page and this.label in page.lower()
    for address in ("mois/2026/13/", "mois/2026/0/", "mois/99999999999999999999/1/", "mois/0/1/", "mois/1999/12/"):
        assert browser.get(space_of(cooperative, address)).status_code == 404, address
    assert browser.get(month_page(cooperative, this.next)).status_code == 404


def test_the_month_asks_as_little_for_many_orders_as_for_one():
    lot = LotFactory(quantity=100)
    a_part("delivered", lot=lot, quantity=1)
    browser, page = at_work(lot.cooperative), space_of(lot.cooperative, "mois/")
    few = queries_of(browser, page)
    for _number in range(5):
        a_part("delivered", lot=lot, quantity=1)
    assert queries_of(browser, page) == few <= 25


def test_only_who_manages_sees_the_books():
    cooperative = CooperativeFactory()
    for role, code in {Role.MANAGER: 200, Role.SELLER: 403, Role.PACKER: 403}.items():
        browser = at_work(cooperative, role)
        assert browser.get(space_of(cooperative, "mois/")).status_code == code
        assert ("/mois/" in browser.get(space_of(cooperative)).content.decode()) == (code == 200)


# -- Today -------------------------------------------------------------------------------------------------------------


def today(cooperative, role=Role.MANAGER) -> str:
    return at_work(cooperative, role).get(space_of(cooperative)).content.decode()


def test_of_the_five_big_acts_each_role_sees_its_own():
    cooperative = CooperativeFactory()
    for role, count in {Role.MANAGER: 5, Role.SELLER: 4, Role.PACKER: 2}.items():
        page = today(cooperative, role)
        assert page.count('class="act__link"') == page.count('class="act__voice"') == count, role


def test_the_voice_of_an_act_says_its_word_and_waits_for_a_browser_that_speaks():
    page = today(CooperativeFactory())
    assert 'hidden data-say="Mettre en rayon" aria-label="Écouter\xa0: Mettre en rayon"' in page
    assert page.count("<script") == 1 and "js/speak" in page


def test_a_big_act_leads_to_the_first_stage_in_which_something_waits():
    cooperative = CooperativeFactory()
    assert 'href="#placed"' in today(cooperative)
    a_part("confirmed", lot=LotFactory(variant__product__sale__cooperative=cooperative))
    assert 'href="#confirmed"' in today(cooperative)
    a_part("placed", lot=LotFactory(variant__product__sale__cooperative=cooperative))
    page = today(cooperative)
    assert 'href="#placed"' in page and '<span class="act__count">2</span>' in page


def test_sizes_of_which_few_are_left_are_named_and_others_are_not():
    cooperative = CooperativeFactory()

    def a_size(name: str, quantity: int) -> Lot:
        its = {"product__sale__cooperative": cooperative, "product__name_fr": name}
        return LotFactory(variant=VariantFactory(**its), quantity=quantity)

    a_size("Presque fini", 4), a_size("Bien là", 5)
    wanted, once = a_size("Très demandé", 30), a_size("Demandé jadis", 30)
    for lot in (wanted, once):
        a_part("delivered", lot=lot, quantity=20)
    StockMovement.objects.filter(lot=once, kind="shipped").update(at=timezone.now() - timedelta(days=15))
    gone = a_size("Retiré", 1)
    ProductSale.objects.filter(product=gone.variant.product).update(withdrawn_at=timezone.now())
    VariantFactory(product__sale__cooperative=cooperative, product__name_fr="Jamais entré")

    page = today(cooperative)

    for name in ("Presque fini", "Très demandé", "Jamais entré"):
        assert name in page, name
    for name in ("Bien là", "Demandé jadis", "Retiré"):
        assert name not in page, name
    assert "Presque fini" not in today(cooperative, Role.PACKER)


def test_lots_whose_date_comes_are_named_before_it():
    cooperative, day = CooperativeFactory(), timezone.localdate()
    for name, days in (("Bientôt", 30), ("Plus tard", 31), ("Passé", -1)):
        its = {"product__sale__cooperative": cooperative, "product__name_fr": name}
        LotFactory(variant=VariantFactory(**its), best_before=day + timedelta(days=days), quantity=50)
    page = today(cooperative, Role.SELLER)
    assert "À vendre bientôt" in page and "Bientôt · 250" in page and "Plus tard" not in page


def test_money_to_come_is_told_to_who_may_see_the_books():
    a_rate(80)
    part = a_part("delivered", courier=CourierFactory())
    assert "156,40" in today(part.cooperative) and "156,40" not in today(part.cooperative, Role.SELLER)
    book_in(last_month())
    propose(part.cooperative, last_month(), by=a_person())
    assert "vont être virés à votre banque" in today(part.cooperative)


def test_what_a_cooperative_owes_is_told_as_such():
    a_rate(80)
    part = a_part("delivered")  # it brought the parcel itself and has the cash
    assert "Vous devez" in today(part.cooperative) and "13,60" in today(part.cooperative)


def test_the_page_of_today_asks_as_little_for_many_shelves_as_for_one():
    cooperative = CooperativeFactory()
    LotFactory(variant__product__sale__cooperative=cooperative, best_before=timezone.localdate())
    browser = at_work(cooperative)
    few = queries_of(browser, space_of(cooperative))
    for _number in range(12):
        LotFactory(variant__product__sale__cooperative=cooperative, best_before=timezone.localdate(), quantity=1)
    assert queries_of(browser, space_of(cooperative)) == few
