"""Payments by card on their way: what buyers, callbacks and the clock do, and where each deed may be cut short.

The provider lives in threads of the process that waits for whoever dies: it goes on, and remembers what it was asked.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from store.flows import books, mails
from store.flows.cancel_part import cancel_part
from store.flows.cards import apply, events, give, given, look, send, start, take
from store.flows.cards.events import CLAIM, apply_due
from store.flows.cards.look import look_at
from store.flows.cards.send import send_due
from store.flows.cards.start import start_card
from store.models import CardRefund, Order, PaymentAttempt, PaymentEvent
from store.orders.reasons import CancelReason
from store.outbox import actions as outbox
from store.statuses import Actor, AttemptStatus, CardRefundStatus
from tests.factories import LotFactory
from tests.factories.cards import a_card_order
from tests.providers.running import LocalProvider

from .card_provider import Letter, post
from .dying import Act, Place, around_commit, at_commit, before
from .money_lives import Life, booked, moves_of


def later() -> datetime:
    """When whoever died with a callback or a refund in hand has held it for long enough."""
    claims = [rows.aggregate(at=Max("next_try_at"))["at"] for rows in (PaymentEvent.objects, CardRefund.objects)]
    return max([timezone.now(), *filter(None, claims)]) + CLAIM


class CardLife(Life):
    """An order of two cooperatives is paid by card; the callback tells of it, and then one of them has nothing left."""

    def __init__(self, number: int, provider: LocalProvider):
        self.provider = provider
        self.order = a_card_order(LotFactory(), LotFactory())
        self.held: list[Letter] = []

    @property
    def attempts(self):
        return PaymentAttempt.objects.filter(payment__order=self.order)

    @property
    def attempt(self) -> PaymentAttempt:
        return self.attempts.get()

    @property
    def card_refunds(self):
        return CardRefund.objects.filter(attempt__payment__order=self.order)

    def acts(self) -> Iterator[Act]:
        yield self.beginning()
        self.provider.pay(self.attempt.key)
        yield from self.hearing()
        yield self.canceling()
        yield self.sending("book_refunded", books)
        yield from self.rest()

    # -- Deeds ---------------------------------------------------------------------------------------------------------

    def beginning(self) -> Act:
        def written() -> int:
            return self.attempts.count() + self.attempts.exclude(reference="").count()

        return Act(
            "beginning to pay",
            lambda: start_card(Order.objects.get(pk=self.order.pk)),
            written,
            [
                Place("before the try is written", at_commit(is_written=False, time=1), 0),
                Place("between the try and the provider", at_commit(is_written=True, time=1), 1),
                Place("between the provider's answer and its page", before(start, "_opened"), 1),
                *around_commit(before=1, written=2, time=2),
            ],
        )

    def hearing(self) -> Iterator[Act]:
        """The callback that the session is complete comes first; the others come with the rest."""
        *self.held, letter = self.provider.callbacks.take()
        its = PaymentEvent.objects.filter(key=self.attempt.key, type="checkout.session.completed")
        yield Act("keeping a callback", lambda: told(letter), its.count, around_commit(written=1))
        yield Act(
            "applying a callback",
            lambda: apply_due(later()),
            its.exclude(done_at=None).count,
            [
                Place("between its claim and the question", before(events, "look_at"), 0),
                Place("between the answer and what is written of it", before(look, "apply"), 0),
                Place("between the money and the books", before(take, "book_charged"), 0),
                Place("between the books and the mails", before(outbox, "write"), 0),
                Place("between the mails and the fee", before(apply, "note_fee"), 0),
                *around_commit(written=1),
            ],
        )

    def canceling(self) -> Act:
        """What was paid for it is to go back to the card."""
        part = self.order.parts.order_by("pk")[0]
        return Act(
            "canceling what is paid",
            lambda: cancel_part(part, reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF),
            self.card_refunds.count,
            [
                Place("between what is owed and its refund", before(give, "send_to_card"), 0),
                *around_commit(written=1),
            ],
        )

    def sending(self, booking: str, module) -> Act:
        done = self.card_refunds.filter(status=CardRefundStatus.DONE)
        return Act(
            f"sending back {self.what}",
            lambda: send_due(later()),
            done.count,
            [
                Place("between its claim and the provider", before(send, "provider_of"), 0),
                Place("between the provider's answer and what is written of it", before(send, "_note"), 0),
                Place("between its status and the books", before(module, booking), 0),
                Place("between the books and the mail", before(outbox, "write"), 0),
                *around_commit(written=1),
            ],
        )

    what = "the price of a part"

    def rest(self) -> Iterator[Act]:
        """All that the provider told comes once more, and is applied."""
        letters = [*self.held, *self.provider.callbacks.take()]

        def hear() -> None:
            for letter in letters:
                told(letter)
            apply_due(later())
            send_due(later())

        yield Act("hearing the rest", hear, lambda: 0, [])

    # -- What must be there --------------------------------------------------------------------------------------------

    def once(self) -> dict[str, int]:
        attempt = self.attempt
        pages = [
            page
            for page in self.provider.objects("checkout.session")
            if page["client_reference_id"].startswith(attempt.key)
        ]
        found = {
            "pages at the provider": len(pages),
            "charges in the books": booked("charged", order=self.order),
            "fees in the books": booked("fee", order=self.order),
            **moves_of(attempt),
        }
        for refund in self.card_refunds:
            found |= moves_of(refund)
        sent = [its for its in self.provider.objects("refund") if its["payment_intent"] == attempt.provider_payment]
        found["refunds at the provider"] = len(sent)
        found[f"refunds of {self.what} in the books"] = booked(self.booked_as, order=self.order)
        return found

    booked_as = "refunded"

    def mails(self) -> set[str]:
        refunds = [its.refund_id for its in self.card_refunds]
        return {f"{mails.CARD_PAID}:{self.attempt.pk}", *(f"{mails.REFUND_PAID}:{pk}" for pk in refunds)}


class SurplusLife(CardLife):
    """The order is canceled before its buyer pays on the page that is still open, and comes back: the money goes back."""

    what = "what nobody needs"
    booked_as = "surplus_back"

    def acts(self) -> Iterator[Act]:
        start_in_child = Act("beginning to pay", lambda: start_card(self.order), lambda: 0, [])
        yield start_in_child
        for part in self.order.parts.all():
            cancel_part(part, reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)
        self.provider.pay(self.attempt.key)
        self.held = self.provider.callbacks.take()
        yield Act(
            "coming back from the page",
            lambda: look_at(self.attempt),
            self.attempts.filter(status=AttemptStatus.PAID).count,
            [
                Place("between the answer and what is written of it", before(look, "apply"), 0),
                Place("between the books and what goes back", before(take, "send_surplus_back"), 0),
                *around_commit(written=1),
            ],
        )
        yield self.sending("book_surplus_back", given)
        yield from self.rest()

    def mails(self) -> set[str]:
        refunds = [its.pk for its in self.card_refunds]
        return {f"{mails.CARD_PAID}:{self.attempt.pk}", *(f"{mails.CARD_REFUNDED}:{pk}" for pk in refunds)}


def told(letter: Letter) -> None:
    if (status := post(letter)) != 200:
        raise AssertionError(f"the webhook answered {status}")


LIVES: list[Callable[[int, LocalProvider], CardLife]] = [CardLife, SurplusLife]
