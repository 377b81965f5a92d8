"""What staff end by hand about cards, and what they cannot."""

import pytest

from store.flows.cards.look import look_at
from store.flows.cards.watch import watch
from store.flows.give_surplus_back import give_surplus_back
from store.flows.invariants import check_invariants
from store.flows.reconcile import reconcile
from store.flows.tick import lapse_unconfirmed
from store.models import CardRefund, LedgerEntry, MoneyTask
from store.payments.bank import TaskKind
from store.payments.providers.base import DisputeTold, RefundTold
from store.payments.tasks import TaskEnded, finish
from tests.factories import CartFactory, LotFactory, a_person, place
from tests.factories.cards import a_card_order, begun, long_after

pytestmark = pytest.mark.django_db


def too_late(provider):
    """A card was charged when the jars were gone."""
    lot = LotFactory(quantity=2)
    attempt = begun(a_card_order(lot))
    lapse_unconfirmed(long_after(attempt))
    place(CartFactory(lines=[(lot.variant, 2)]))
    provider.pay(attempt)
    return look_at(attempt)


def sound() -> None:
    assert check_invariants() == []
    assert reconcile() == []


def test_a_surplus_that_is_to_go_to_the_card_is_not_given_back_by_hand_even_before_it_was_sent(provider):
    too_late(provider)
    CardRefund.objects.all().delete()  # the worker died before it wrote it down
    task = MoneyTask.objects.get()
    task.attempt.given_back = 0
    task.attempt.save()

    with pytest.raises(TaskEnded):
        give_surplus_back(task, reference="VIR 1", by=a_person())
    watch()
    watch()

    assert MoneyTask.objects.get().by_card
    sound()


def test_a_surplus_that_the_cards_bank_sent_back_is_given_back_by_hand_once(provider):
    attempt = too_late(provider)
    watch()
    provider.say_of_refund(CardRefund.objects.get().reference, RefundTold.FAILED)
    look_at(attempt)
    task = MoneyTask.objects.get(kind=TaskKind.REFUND_FAILED)
    sound()

    give_surplus_back(task, reference="VIR 9", by=a_person())
    with pytest.raises(TaskEnded):
        give_surplus_back(task, reference="VIR 9", by=a_person())

    assert LedgerEntry.objects.filter(act="surplus_back").count() == 2
    sound()


def test_what_a_provider_took_back_ends_with_somebody_who_bears_it_and_with_no_word_alone(provider):
    attempt = begun(a_card_order())
    provider.pay(attempt)
    provider.dispute(attempt, DisputeTold.LOST, is_withdrawn=True)
    look_at(attempt)

    with pytest.raises(ValueError, match="somebody bears it"):
        finish(MoneyTask.objects.get(), because="Perdu", by=None)

    assert MoneyTask.objects.get().is_open
    sound()
