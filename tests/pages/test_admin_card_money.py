"""Staff end what waits about cards: refunds to the card, surplus, disputes, and what providers pay out."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from store.flows.cancel_part import cancel_part
from store.flows.cards.callbacks import take_callback
from store.flows.cards.look import look_at
from store.flows.cards.watch import watch
from store.flows.fulfil_part import deliver_part, pack_part, ship_part
from store.flows.give_back import money_of
from store.flows.tick import lapse_unconfirmed
from store.models import CardRefund, CooperativeOrder, LedgerEntry, MoneyTask, PaymentAttempt, Refund
from store.orders.reasons import CancelReason
from store.payments.bank import TaskKind
from store.payments.methods import CMI
from store.payments.providers.base import DisputeTold, RefundTold
from store.statuses import Actor, AttemptStatus, RefundStatus
from tests.factories import CartFactory, LotFactory, a_debt, a_sold_part, money_comes, place
from tests.factories.cards import ProviderInMemory, a_card_order, a_provider, begun, long_after

from .admin_people import editor, queries_of, staff, superuser
from .test_admin_cards import of, paid, sound, told

pytestmark = pytest.mark.django_db

REFUNDS = reverse("refunds:index")


@pytest.fixture
def provider():
    with a_provider() as provider:
        yield provider


@pytest.fixture
def center():
    """CMI: it cannot be asked, and staff give money back there by hand."""
    with a_provider("cmi", asks_back=False, refunds_itself=False) as provider:
        yield provider


def shown(browser, path: str) -> dict:
    """What the form would send as it stands."""
    form = browser.get(path).context["form"]
    return {field.name: "" if field.value() is None else str(field.value()) for field in form}


def delivered(order) -> CooperativeOrder:
    part = order.parts.get()
    for verb in (pack_part, ship_part, deliver_part):
        verb(part, actor=Actor.STAFF)
    return part


def a_card_debt(provider) -> CooperativeOrder:
    """One of two jars came back of a part that was paid by card."""
    attempt = paid(provider)
    return a_debt(delivered(attempt.payment.order))


def approve(browser, refund) -> str:
    path = of(refund, "refunds:approve")
    return told(browser, path, shown(browser, path))


def by_callback(center: ProviderInMemory, order) -> PaymentAttempt:
    attempt = begun(order)
    state = center.pay(attempt)
    take_callback("cmi", center.events[-1], state)
    attempt.refresh_from_db()
    return attempt


# -- Refunds of a part -------------------------------------------------------------------------------------------------


def test_goods_that_came_back_are_paid_back_to_the_card_by_two_clicks(provider):
    part, browser = a_card_debt(provider), staff()
    assert "to be asked for" in browser.get(REFUNDS).content.decode()
    page = browser.get(of(part, "refunds:inspect"))
    assert "The buyer paid by card (Stripe)" in page.content.decode()
    form = {"key": page.context["key"], "amount": "85.00", "way": "original"}

    for _double in range(2):
        told(browser, of(part, "refunds:ask"), form)
    refund = Refund.objects.get()
    assert (refund.way, refund.amount) == ("original", D(85))
    assert "on its way to the card" in approve(browser, refund)
    assert "on its way to the card" in browser.get(REFUNDS).content.decode()
    page = browser.get(of(part, "refunds:inspect")).content.decode()
    assert of(refund, "refunds:pay") not in page and of(refund, "refunds:refuse") not in page
    for _double in range(2):
        page = told(browser, of(CardRefund.objects.get(), "card-payments:send"))

    assert "It went back to the card." in page and "re_" in page
    refund.refresh_from_db()
    assert refund.status == RefundStatus.PAID
    assert LedgerEntry.objects.filter(act="refunded").count() == len(provider.refunds) == 1
    sound()


def test_the_form_says_to_the_card_first_and_that_of_a_part_paid_at_the_door_does_not(provider):
    part, browser = a_card_debt(provider), staff()
    at_the_door = browser.get(of(a_debt(a_sold_part()), "refunds:ask")).context["form"]
    assert "original" not in dict(at_the_door.fields["way"].choices)

    form = browser.get(of(part, "refunds:ask")).context["form"]

    assert form["way"].value() == "original"
    assert form.fields["way"].choices[0] == ("original", "to the card")


def test_a_refund_that_waits_for_a_provider_that_sleeps_says_how_often_it_was_tried(provider):
    part, browser = a_card_debt(provider), staff()
    told(browser, of(part, "refunds:ask"), shown(browser, of(part, "refunds:ask")))
    provider.down["refund"] = False
    approve(browser, Refund.objects.get())
    watch()

    page = told(browser, of(CardRefund.objects.get(), "card-payments:send"))

    assert "The provider does not answer. It is tried again by itself." in page and "again at" in page
    assert CardRefund.objects.get().tries == 2
    assert (
        CardRefund.objects.get().attempt.key
        in browser.get(reverse("card-payments:index"), {"to_send": "true"}).content.decode()
    )
    sound()


def test_a_card_that_does_not_take_it_leads_to_a_transfer(provider):
    part, browser = a_card_debt(provider), staff()
    told(browser, of(part, "refunds:ask"), shown(browser, of(part, "refunds:ask")))
    provider.next_refund = RefundTold.FAILED
    approve(browser, Refund.objects.get())
    watch()
    task = MoneyTask.objects.get()

    page = browser.get(of(part, "refunds:inspect")).content.decode()
    assert "The bank of the card did not take it." in page
    assert "account missing" in browser.get(REFUNDS).content.decode()
    page = browser.get(of(task, "money-tasks:inspect")).content.decode()
    assert "Ask the buyer for a bank account" in page and of(part, "refunds:inspect") in page
    assert of(task, "money-tasks:finish") not in page
    assert browser.get(of(task, "money-tasks:finish")).url == of(task, "money-tasks:inspect")
    form = shown(browser, of(part, "refunds:ask"))
    assert form["way"] == "transfer"
    told(browser, of(part, "refunds:ask"), {**form, "way": "cash"})
    refund = Refund.objects.get(way="cash")
    approve(browser, refund)
    told(browser, of(refund, "refunds:pay"), {"reference": "Reçu 3"})

    task.refresh_from_db()
    assert task.done_at and money_of(part).owed == 0
    sound()


def test_of_a_provider_that_does_not_give_back_itself_staff_do_and_note_the_reference(center):
    attempt = by_callback(center, a_card_order(method=CMI))
    part, browser = a_debt(delivered(attempt.payment.order)), staff()
    told(browser, of(part, "refunds:ask"), shown(browser, of(part, "refunds:ask")))
    refund = Refund.objects.get()
    assert "it is to be paid" in approve(browser, refund)
    page = browser.get(of(refund, "refunds:pay")).content.decode()
    assert "in the back office of CMI" in page and "as the provider shows it" in page

    for _double in range(2):
        told(browser, of(refund, "refunds:pay"), {"reference": "CMI-77"})

    assert LedgerEntry.objects.filter(act="refunded").count() == 1
    sound()


# -- Money to look at --------------------------------------------------------------------------------------------------


def test_a_surplus_goes_to_the_card_by_itself_and_nobody_gives_it_back_by_hand(provider):
    lot = LotFactory(quantity=2)
    attempt, browser = begun(a_card_order(lot)), staff()
    lapse_unconfirmed(long_after(attempt))
    place(CartFactory(lines=[(lot.variant, 2)]))
    provider.pay(attempt)
    look_at(attempt)
    task = MoneyTask.objects.get()

    page = browser.get(of(task, "money-tasks:inspect")).content.decode()
    assert "It goes back to the card by itself." in page and "to be sent" in page
    assert of(task, "money-tasks:give_back") not in page
    told(browser, of(task, "money-tasks:give_back"), {"reference": "VIR 1", "seen": ""})
    assert MoneyTask.objects.get().is_open
    told(browser, of(task.card_refund, "card-payments:send"))

    assert MoneyTask.objects.get().by_card
    sound()


def test_a_surplus_that_came_back_from_the_cards_bank_is_transferred(provider):
    lot = LotFactory(quantity=2)
    attempt, browser = begun(a_card_order(lot)), staff()
    lapse_unconfirmed(long_after(attempt))
    place(CartFactory(lines=[(lot.variant, 2)]))
    provider.pay(attempt)
    look_at(attempt)
    watch()
    provider.say_of_refund(CardRefund.objects.get().reference, RefundTold.FAILED)
    look_at(attempt)
    sound()
    task = MoneyTask.objects.get(done_at=None)
    assert task.kind == TaskKind.REFUND_FAILED

    assert "Ask the buyer for a bank account" in browser.get(of(task, "money-tasks:inspect")).content.decode()
    told(browser, of(task, "money-tasks:give_back"), {"reference": "VIR 9", "seen": ""})

    assert not MoneyTask.objects.filter(done_at=None).exists()
    sound()


def test_an_amount_that_was_not_asked_for_is_given_back_at_the_provider_and_told_here(provider):
    attempt, browser = paid(provider, amount=D("2.05")), staff()
    task = MoneyTask.objects.get()
    page = browser.get(of(task, "money-tasks:inspect")).content.decode()
    assert "2.05 MAD</bdi> came" in page and "the buyer can pay anew" in page

    told(browser, of(task, "money-tasks:finish"), {"because": "Rendu, re_12"})

    task.refresh_from_db()
    assert task.because == "Rendu, re_12" and attempt.status == AttemptStatus.HELD
    sound()


def test_what_was_given_back_at_the_provider_is_borne_by_somebody_once(provider):
    attempt, browser = paid(provider), staff()
    provider.give_back(attempt, 50)
    look_at(attempt)
    task = MoneyTask.objects.get()
    assert of(task, "money-tasks:bear") in browser.get(of(task, "money-tasks:inspect")).content.decode()
    assert browser.get(of(task, "money-tasks:finish")).status_code == 302

    page = told(browser, of(task, "money-tasks:bear"), {"bearer": "cooperative", "because": "Casse"})
    assert "Choose the part." in page
    page = told(browser, of(task, "money-tasks:bear"), {"bearer": "platform", "because": "Geste"})
    assert "It is written down." in page
    page = told(browser, of(task, "money-tasks:bear"), {"bearer": "platform", "because": "Encore"})

    assert "Somebody has done this already." in page
    assert LedgerEntry.objects.filter(act="borne").count() == 1
    sound()


def test_what_the_buyer_was_owed_is_owed_no_more(provider):
    part, browser = a_card_debt(provider), staff()
    attempt = part.order.payments.get().attempts.get()
    provider.give_back(attempt, 85)
    look_at(attempt)
    task = MoneyTask.objects.get()

    told(browser, of(task, "money-tasks:bear"), {"bearer": "owed", "part": part.pk, "because": "Rendu chez Stripe"})

    assert money_of(part).owed == 0
    sound()


def test_more_than_was_owed_is_not_written_off_so(provider):
    part, browser = a_card_debt(provider), staff()
    attempt = part.order.payments.get().attempts.get()
    provider.give_back(attempt, 90)
    look_at(attempt)
    task = MoneyTask.objects.get()

    page = told(browser, of(task, "money-tasks:bear"), {"bearer": "owed", "part": part.pk, "because": "Rendu"})

    assert "Only 85.00\xa0MAD are owed for this part." in page and MoneyTask.objects.get().is_open
    sound()


def test_a_dispute_is_answered_at_the_provider_and_borne_only_when_it_is_lost(provider):
    attempt, browser = paid(provider), staff()
    provider.dispute(attempt, DisputeTold.OPEN, is_withdrawn=True)
    look_at(attempt)
    task, part = MoneyTask.objects.get(), attempt.payment.order.parts.get()
    listed = browser.get(reverse("disputes:index")).content.decode()
    assert attempt.key in listed and of(task, "money-tasks:inspect") in listed and "taken by the bank" in listed
    page = browser.get(of(task, "money-tasks:inspect")).content.decode()
    assert "with the proof of delivery" in page and of(task, "money-tasks:bear") not in page
    form = {"bearer": "cooperative", "part": part.pk, "because": "Jamais parti"}
    assert "The bank has not decided" in told(browser, of(task, "money-tasks:bear"), form)

    provider.dispute(attempt, DisputeTold.LOST, is_withdrawn=True)
    look_at(attempt)
    assert of(task, "money-tasks:bear") in browser.get(of(task, "money-tasks:inspect")).content.decode()
    told(browser, of(task, "money-tasks:bear"), form)

    task.refresh_from_db()
    assert task.because == "Jamais parti"
    sound()


def test_who_does_not_manage_orders_bears_nothing_and_sends_nothing(provider):
    attempt, browser = paid(provider), editor()
    provider.give_back(attempt, 50)
    look_at(attempt)
    cancel_part(attempt.payment.order.parts.get(), reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    provider.calls.clear()

    browser.post(
        of(MoneyTask.objects.get(kind="taken_back"), "money-tasks:bear"), {"bearer": "platform", "because": "x"}
    )
    for card_refund in CardRefund.objects.all():
        browser.post(of(card_refund, "card-payments:send"))

    assert provider.calls == [] and not LedgerEntry.objects.filter(act="borne").exists()


# -- What a provider pays out ------------------------------------------------------------------------------------------


def test_money_that_a_provider_pays_out_is_its_own_no_more(provider):
    paid(provider)
    browser = staff()
    ledger = reverse("ledger:index")
    assert "Stripe holds" in browser.get(ledger).content.decode()
    money_comes("STRIPE PAYOUT", "200,00")
    task = MoneyTask.objects.get()
    finish = of(task, "money-tasks:finish")
    assert "Say which provider paid out." in told(browser, finish, {"ending": "provider", "because": "Versement"})

    told(browser, finish, {"ending": "provider", "provider": "stripe", "because": "Versement"})

    page = browser.get(ledger, {"provider": "stripe"}).content.decode()
    assert (
        "card provider · Stripe" in page.replace("Card", "card") and ">5.00\xa0MAD</bdi></strong> for the shop" in page
    )
    sound()


def test_the_list_of_what_is_paid_back_asks_as_much_for_many_as_for_one(provider):
    first, browser = a_card_debt(provider), superuser()
    told(browser, of(first, "refunds:ask"), shown(browser, of(first, "refunds:ask")))
    pages = [REFUNDS, of(first, "refunds:inspect")]
    few = [queries_of(browser, page) for page in pages]
    for _more in range(3):
        part = a_card_debt(provider)
        told(browser, of(part, "refunds:ask"), shown(browser, of(part, "refunds:ask")))

    assert [queries_of(browser, page) for page in pages] == few
