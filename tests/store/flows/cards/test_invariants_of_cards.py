"""What is wrong with payments by card is found and named."""

import pytest
from django.db import transaction
from django.db.models import F

from store.flows.invariants import check_invariants
from store.flows.reconcile import reconcile
from store.models import CardRefund, Dispute, LedgerEntry, LedgerLine, MoneyTask, PaymentAttempt, PaymentEvent
from tests.checks import without_checks
from tests.factories.cards import all_that_cards_do, sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(provider):
    all_that_cards_do(provider)
    sound()


def spoil_a_charge() -> str:
    attempt = PaymentAttempt.objects.filter(status="paid").first()
    lines = LedgerLine.objects.filter(entry__key=f"charged:{attempt.pk}")
    lines.update(amount=F("amount") * 2)
    return f"Attempt {attempt.key} is paid, and is not in the books"


def lose_a_charge() -> str:
    attempt = PaymentAttempt.objects.filter(status="paid").first()
    PaymentAttempt.objects.filter(pk=attempt.pk).update(status="failed")
    return f"Entry charged:{attempt.pk} is no attempt that was paid."


def forget_a_fee() -> str:
    attempt = PaymentAttempt.objects.exclude(fee=None).first()
    PaymentAttempt.objects.filter(pk=attempt.pk).update(fee=None)
    return f"A fee of attempt {attempt.pk} is in the books alone."


def invent_a_fee() -> str:
    attempt = PaymentAttempt.objects.exclude(fee=None).first()
    PaymentAttempt.objects.filter(pk=attempt.pk).update(fee=99)
    return f"Attempt {attempt.key} cost a fee of 99,00"


def pay_without_money() -> str:
    attempt = PaymentAttempt.objects.filter(status="paid", payment__status="paid").first()
    PaymentAttempt.objects.filter(pk=attempt.pk).update(status="failed")
    return f"Payment {attempt.payment_id} of order {attempt.payment.order.number} is paid by card, and no attempt"


def give_more_back() -> str:
    back = CardRefund.objects.filter(status="done").first()
    PaymentAttempt.objects.filter(pk=back.attempt_id).update(given_back=1)
    return f"Attempt {back.attempt.key} of"


def undo_a_refund() -> str:
    back = CardRefund.objects.filter(status="done", refund__isnull=False).first()
    CardRefund.objects.filter(pk=back.pk).update(status="pending")
    return f"Card refund {back.pk} is pending, what it is for is paid."


def undo_a_surplus() -> str:
    back = CardRefund.objects.filter(status="done", task__by_card=True).first()
    CardRefund.objects.filter(pk=back.pk).update(status="pending")
    return f"Card refund {back.pk} is pending, its surplus went back to the card."


def forget_a_dispute() -> str:
    Dispute.objects.filter(status="won").update(is_withdrawn=True)
    MoneyTask.objects.filter(dispute__status="won").update(done_at=None, because="")
    return "were taken back and are to be explained, the tasks of it come to"


def leave_an_event() -> str:
    PaymentEvent.objects.create(provider="stripe", event_id="evt_old", type="x", happened_at="2026-01-01T00:00Z")
    PaymentEvent.objects.update(received_at="2026-01-01T00:00Z")
    return "Event evt_old came a day ago and is not applied."


def swap_an_order() -> str:
    task = MoneyTask.objects.exclude(attempt=None).first()
    other = PaymentAttempt.objects.exclude(payment__order=task.order_id).first()
    MoneyTask.objects.filter(pk=task.pk).update(order=other.payment.order_id)
    return f"Task {task.pk} names another order than its attempt."


SPOILED = [
    spoil_a_charge, lose_a_charge, forget_a_fee, invent_a_fee, pay_without_money, give_more_back, undo_a_refund,
    undo_a_surplus, forget_a_dispute, leave_an_event, swap_an_order,
]  # fmt: skip


def test_what_is_wrong_is_named(shop):
    for spoil in SPOILED:
        with transaction.atomic():
            with without_checks(PaymentAttempt, CardRefund, MoneyTask, Dispute):
                told = spoil()
                found = check_invariants()
            assert [sentence for sentence in found if told in sentence], spoil.__name__
            transaction.set_rollback(True)  # all is well again for the next


def test_what_a_provider_holds_is_explained_by_its_rows(shop):
    for act in ("charged", "fee", "refunded", "refund_failed", "taken_back", "reinstated"):
        with transaction.atomic():
            entry = LedgerEntry.objects.filter(act=act, lines__account__holder="provider").first()
            LedgerLine.objects.filter(entry=entry, account__holder="provider").update(amount=F("amount") * 2)
            assert [sentence for sentence in reconcile() if "the account of the providers says" in sentence], act
            transaction.set_rollback(True)
    sound()
