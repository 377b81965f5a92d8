"""Staff follow payments by card: what each try, each event and each dispute became, and what goes back to cards."""

import re
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from store.flows.cards.events import keep_event
from store.flows.cards.look import look_at
from store.flows.invariants import check_invariants
from store.flows.reconcile import reconcile
from store.models import LedgerEntry, PaymentAttempt, PaymentEvent
from store.payments.providers.base import DisputeTold
from store.staff.cards.payments import AttemptViewSet
from store.statuses import AttemptStatus
from tests.factories.cards import a_card_order, a_provider, begun

from .admin_people import editor, queries_of, staff, staff_without_money, superuser

pytestmark = pytest.mark.django_db

PAYMENTS, EVENTS, DISPUTES = (reverse(f"{name}:index") for name in ("card-payments", "payment-events", "disputes"))


def sound() -> None:
    assert check_invariants() == []
    assert reconcile() == []


def of(row, name: str) -> str:
    return reverse(name, args=[row.pk])


def told(browser, path: str, form: dict | None = None) -> str:
    return browser.post(path, form or {}, follow=True).content.decode()


def paid(provider, **changes) -> PaymentAttempt:
    """A try that brought its money."""
    attempt = begun(a_card_order())
    provider.pay(attempt, **changes)
    return look_at(attempt)


@pytest.fixture
def provider():
    with a_provider() as provider:
        yield provider


# -- Payments ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_each_try_and_what_the_provider_holds(provider):
    provider.fee = D("5.10")
    attempt = paid(provider)

    page = staff().get(PAYMENTS).content.decode()

    for text in (attempt.key, "Stripe", "205.00", "5.10", "paid", "Stripe holds", "199.90"):
        assert text in page, text


def test_it_is_filtered_and_searched_by_what_people_know(provider):
    attempt, other, browser = paid(provider), begun(a_card_order()), staff()

    for asked in ({"status": "paid"}, {"q": attempt.key}, {"q": attempt.reference}, {"q": attempt.provider_payment}):
        page = browser.get(PAYMENTS, asked).content.decode()
        assert attempt.key in page and other.key not in page, asked
    assert attempt.key not in browser.get(PAYMENTS, {"provider": "cmi"}).content.decode()


def test_its_page_tells_the_whole_story(provider):
    attempt = paid(provider)
    for event in provider.events:
        keep_event("stripe", event)
    provider.give_back(attempt, 50)
    provider.dispute(attempt, DisputeTold.OPEN, amount=20, is_withdrawn=True)
    look_at(attempt)

    page = staff().get(of(attempt, "card-payments:inspect")).content.decode()

    order = attempt.payment.order
    for text in (
        order.number, order.name, attempt.reference, "checkout.session.completed", "re_", "given back",
        f"dp_{attempt.key}", "fraudulent", "Paid by card", "Taken back by the provider", "payment provider",
        reverse("orders:inspect", args=[order.pk]), "Ask the provider now",
    ):  # fmt: skip
        assert text in page, text


def test_the_provider_is_asked_by_a_button_and_by_it_alone(provider):
    attempt, browser = begun(a_card_order()), staff()
    provider.pay(attempt)
    ask = of(attempt, "card-payments:ask")
    assert browser.get(ask).status_code == 405

    page = told(browser, ask)

    assert "The provider was asked. The payment is “paid”." in page
    attempt.refresh_from_db()
    assert attempt.status == AttemptStatus.PAID
    told(browser, ask)
    assert LedgerEntry.objects.filter(act="charged").count() == 1
    sound()


def test_a_provider_that_sleeps_or_cannot_be_asked_is_told_in_words(provider):
    attempt, browser = begun(a_card_order()), staff()
    provider.down["look"] = False
    assert "does not answer at this moment" in told(browser, of(attempt, "card-payments:ask"))
    provider.asks_back = False
    assert "cannot be asked" in told(browser, of(attempt, "card-payments:ask"))
    provider.is_there = False
    assert "no contract with this provider" in told(browser, of(attempt, "card-payments:ask"))
    assert PaymentAttempt.objects.get().status == AttemptStatus.OPEN


def test_a_page_is_followed_live_only_where_somebody_asks_for_it(provider):
    attempt, browser = begun(a_card_order()), staff()

    for address in (PAYMENTS, EVENTS, of(attempt, "card-payments:inspect")):
        assert 'http-equiv="refresh"' not in browser.get(address).content.decode()
        page = browser.get(address, {"live": "1"}).content.decode()
        assert 'http-equiv="refresh" content="10"' in page and "Stop following" in page


def test_the_order_leads_to_its_payment(provider):
    attempt = paid(provider)

    page = staff().get(reverse("orders:inspect", args=[attempt.payment.order_id])).content.decode()

    assert of(attempt, "card-payments:inspect") in page


# -- Events -----------------------------------------------------------------------------------------------------------


def an_event(provider, attempt) -> PaymentEvent:
    keep_event("stripe", provider.events[-1])
    return PaymentEvent.objects.get(event_id=provider.events[-1].id)


def test_an_event_that_waits_is_found_and_applied_once(provider):
    attempt, browser = begun(a_card_order()), staff()
    provider.pay(attempt)
    event = an_event(provider, attempt)
    PaymentEvent.objects.filter(pk=event.pk).update(payload={"id": event.event_id, "amount": 20500})
    page = browser.get(EVENTS, {"waiting": "true"}).content.decode()
    assert event.type in page and "to be applied" in page
    assert "&quot;amount&quot;: 20500" in browser.get(of(event, "payment-events:inspect")).content.decode()

    assert "The event is applied." in told(browser, of(event, "payment-events:apply"))
    assert "applied already" in told(browser, of(event, "payment-events:apply"))

    assert event.type not in browser.get(EVENTS, {"waiting": "true"}).content.decode()
    assert PaymentAttempt.objects.get().status == AttemptStatus.PAID
    sound()


def test_an_event_that_cannot_be_applied_says_why_and_waits(provider):
    attempt, browser = begun(a_card_order()), staff()
    provider.pay(attempt)
    event = an_event(provider, attempt)
    provider.down["look"] = False

    page = told(browser, of(event, "payment-events:apply"))

    assert "could not be applied" in page and "The provider did not answer." in page
    event.refresh_from_db()
    assert event.done_at is None and event.tries == 1


# -- The first page ----------------------------------------------------------------------------------------------------


def test_the_first_page_says_what_waits_about_cards_and_nothing_where_all_is_well(provider):
    browser, home = staff(), reverse("wagtailadmin_home")
    attempt = paid(provider)
    assert "cards-today" not in browser.get(home).content.decode()

    keep_event("stripe", provider.events[-1])
    PaymentEvent.objects.update(received_at=timezone.now() - timedelta(hours=1))
    held = paid(provider, amount=D(1))
    provider.dispute(attempt, DisputeTold.OPEN, is_withdrawn=True)
    look_at(attempt)
    provider.rests = True
    page = browser.get(home).content.decode()

    for text in ("Payments that are held", "Disputes", "Events not applied", "Stripe does not answer of late"):
        assert text in page, text
    links = re.findall(r'href="([^"]+)"', page[page.index("cards-today") :].split("</ul>")[0])
    listed = {link.split("?")[0]: browser.get(link.replace("&amp;", "&")).content.decode() for link in links}
    assert held.key in listed[reverse("money-tasks:index")] and attempt.key not in listed[reverse("money-tasks:index")]
    assert attempt.key in listed[DISPUTES] and held.key not in listed[DISPUTES]
    assert "checkout.session.completed" in listed[EVENTS]
    assert "cards-today" not in editor().get(home).content.decode()


# -- Who sees it -------------------------------------------------------------------------------------------------------


def test_the_lists_ask_as_much_for_many_as_for_one(provider):
    def one():
        attempt = paid(provider)
        keep_event("stripe", provider.events[-1])
        provider.give_back(attempt, 10)
        provider.dispute(attempt, DisputeTold.OPEN, amount=5, is_withdrawn=True)
        look_at(attempt)
        keep_event("stripe", provider.events[-1])
        return attempt

    attempt, browser = one(), superuser()
    pages = [PAYMENTS, EVENTS, DISPUTES, reverse("money-tasks:index"), of(attempt, "card-payments:inspect"), "/admin/"]
    few = [queries_of(browser, page) for page in pages]
    for _again in range(3):
        one()
    PaymentEvent.objects.filter(attempt=None).update(attempt=attempt)
    provider.give_back(attempt, 10)
    look_at(attempt)

    assert [queries_of(browser, page) for page in pages] == few


def test_who_does_not_manage_orders_sees_no_payments_and_asks_nobody(provider):
    attempt, browser = begun(a_card_order()), editor()
    provider.pay(attempt)
    event = an_event(provider, attempt)
    provider.calls.clear()
    pages = [PAYMENTS, EVENTS, DISPUTES, of(attempt, "card-payments:inspect"), of(event, "payment-events:inspect")]

    for page in pages:
        assert (browser.get(page).status_code, browser.get(page)["location"][:7]) == (302, "/admin/")
    for deed in (of(attempt, "card-payments:ask"), of(event, "payment-events:apply")):
        browser.post(deed)

    assert provider.calls == [] and PaymentEvent.objects.get().tries == 0
    assert staff_without_money().get(PAYMENTS).status_code == 200


def test_nobody_adds_edits_or_deletes_a_payment():
    names = {pattern.name for pattern in AttemptViewSet().get_urlpatterns()}
    assert names == {"index", "index_results", "inspect", "ask", "send"}
