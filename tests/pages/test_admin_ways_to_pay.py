"""Staff say where and for which orders each way to pay is offered, and what it costs whom."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from store.models import PaymentOption
from tests.factories.cards import a_provider
from tests.factories.store import a_zone

from .admin_people import _browser, editor, queries_of, staff, superuser

pytestmark = pytest.mark.django_db

LIST = reverse("payment-options:index")
#: What a browser sends for cards charged abroad, as the form stands.
FORM = {"is_on": "on", "currency": "MAD", "rate": "1", "per_mille": "0", "fixed": "0", "bearer": "platform"}


@pytest.fixture(autouse=True)
def provider():
    with a_provider() as provider, a_provider("cmi", is_there=False):
        yield provider


def page_of(method: str) -> str:
    return reverse("payment-options:edit", args=[method])


def told(browser, method: str, **changes) -> str:
    return browser.post(page_of(method), {**FORM, **changes}, follow=True).content.decode()


def test_the_list_shows_every_way_with_whether_it_is_set_up_rests_and_is_on(provider):
    provider.rests = True
    PaymentOption.objects.create(method="cash", is_on=False, least=D(50))

    page = staff().get(LIST).content.decode()

    for text in ("Cash on delivery", "Bank transfer", "Card · Stripe", "Moroccan card · CMI"):
        assert text in page, text
    for text in ("not set up", "rests", "off", "50.00", "everywhere", "as the provider tells it"):
        assert text in page, text


def test_a_card_is_offered_in_a_zone_in_euros_with_its_cost_and_who_bears_it():
    zone, browser = a_zone(), staff()

    page = told(
        browser, "stripe", zones=[zone.pk], least="100", most="5000", currency="EUR", rate="10.87", per_mille="29",
        fixed="3", bearer="cooperative",
    )  # fmt: skip

    assert "“Card · Stripe” is saved." in page and "2.9 % + 3.00" in page
    option = PaymentOption.objects.get()
    assert (option.least, option.most, option.currency, option.rate) == (D(100), D(5000), "EUR", D("10.87"))
    assert (option.per_mille, option.fixed, option.bearer, list(option.zones.all())) == (
        29,
        D(3),
        "cooperative",
        [zone],
    )
    told(browser, "stripe")
    option = PaymentOption.objects.get()
    assert (option.least, option.currency, option.zones.count()) == (None, "MAD", 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rate": "10.87"}, "A dirham is a dirham"),
        ({"currency": "EUR"}, "how many dirhams one unit"),
        ({"currency": "EUR", "rate": "0"}, "above zero"),
        ({"currency": "EUR", "rate": "-3"}, "above zero"),
        ({"currency": "JPY"}, "Select a valid choice"),
        ({"least": "200", "most": "100"}, "less than the amount from which"),
        ({"least": "-1"}, "greater than or equal to 0"),
        ({"most": "99999999999"}, "no more than 9 digits"),
        ({"per_mille": "1001"}, "At most 1000"),
        ({"fixed": "-1"}, "greater than or equal to 0"),
        ({"zones": ["999"]}, "not one of the available choices"),
    ],
)
def test_what_makes_no_sense_is_asked_for_again_and_nothing_is_written(changes, sentence):
    page = told(staff(), "stripe", **changes)

    assert sentence in page and not PaymentOption.objects.exists()


def test_cash_has_no_provider_and_a_moroccan_card_is_charged_in_dirhams():
    browser = staff()
    assert set(browser.get(page_of("cash")).context["form"].fields) == {"is_on", "zones", "least", "most"}
    assert {"currency", "rate"}.isdisjoint(browser.get(page_of("cmi")).context["form"].fields)
    assert "its keys are missing" in browser.get(page_of("cmi")).content.decode()

    told(browser, "cmi", currency="EUR", rate="10.87")

    assert PaymentOption.objects.get().currency == "MAD"


def test_a_way_that_the_shop_does_not_know_has_no_page():
    browser = staff()
    assert browser.get(page_of("paypal")).status_code == 404
    assert browser.post(page_of("paypal"), FORM).status_code == 404
    assert not PaymentOption.objects.exists()


def test_who_manages_orders_reads_it_and_who_may_change_it_changes_it():
    reader = _browser("lectrice", ["access_admin", "change_order"])
    assert "Card · Stripe" in reader.get(LIST).content.decode()
    outsider = editor()
    assert outsider.get(LIST).status_code == 302
    for browser in (reader, outsider):
        browser.post(page_of("stripe"), FORM)
        assert browser.get(page_of("stripe")).status_code == 302

    assert not PaymentOption.objects.exists()


def test_the_list_asks_as_much_for_many_as_for_one():
    browser = superuser()
    PaymentOption.objects.create(method="cash").zones.add(a_zone())
    few = queries_of(browser, LIST)
    for method in ("transfer", "stripe", "cmi"):
        PaymentOption.objects.create(method=method).zones.add(a_zone())

    assert queries_of(browser, LIST) == few
