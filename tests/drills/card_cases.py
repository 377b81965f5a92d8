"""Orders that are paid by card, each with a story: what happens to it at the provider and in the shop, one after the other.

How a story ends does not hang on when the shop hears of which step: that is what the drill shows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice

from catalog.models import Lot
from store.flows.cancel_part import cancel_part
from store.flows.cards.look import look_at
from store.flows.cards.send import send_due
from store.flows.cards.start import start_card
from store.models import CardRefund, Order, PaymentAttempt
from store.orders.models import CooperativeOrder
from store.orders.reasons import CancelReason
from store.payments.providers.base import ProviderDown
from store.statuses import Actor, CardRefundStatus
from tests.factories import CartFactory, LotFactory, place
from tests.factories.cards import a_card_order
from tests.providers.running import LocalProvider
from tests.providers.stripe_like.errors import StripeError
from tests.providers.stripe_like.payments import SECURE

#: So often whoever is told that the provider is at it presses again.
PATIENCE = 20


@dataclass
class Case:
    """An order and its story."""

    number: int
    story: str
    order: Order
    lot: Lot
    provider: LocalProvider
    #: The provider's names for a refund that takes its time, and for a dispute.
    slow: str = ""
    disputed: str = ""

    @property
    def attempt(self) -> PaymentAttempt:
        """The newest try."""
        return PaymentAttempt.objects.filter(payment__order=self.order).order_by("-pk")[0]

    @property
    def parts(self) -> list[CooperativeOrder]:
        return list(CooperativeOrder.objects.filter(order=self.order).order_by("pk"))

    # -- The buyer -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        for _again in range(PATIENCE):
            try:
                start_card(Order.objects.get(pk=self.order.pk))
            except ProviderDown:  # the other hand's request is at it
                continue
            return
        raise ProviderDown("again and again")

    def start_again(self) -> None:
        """The page has closed: the buyer comes back and begins anew."""
        first = PaymentAttempt.objects.filter(payment__order=self.order).order_by("pk")[0]
        look_at(first)
        self.start()

    def pay(self) -> None:
        self.provider.pay(self.attempt.key)

    def decline(self) -> None:
        self.provider.decline(self.attempt.key)

    def be_asked(self) -> None:
        self.provider.pay(self.attempt.key, SECURE)

    def agree(self) -> None:
        self.provider.answer_bank(self.attempt.key)

    def pay_later(self) -> None:
        self.provider.pay_later(self.attempt.key)

    def money_comes(self) -> None:
        self.provider.come_later(self.attempt.key)

    def money_fails(self) -> None:
        self.provider.come_later(self.attempt.key, False)

    # -- The provider, and whoever works at its pages ------------------------------------------------------------------

    def expire(self) -> None:
        self.provider.expire(self.attempt.key)

    def give_all_back(self) -> None:
        self.provider.refund(self.attempt.key)

    def give_some_back(self) -> None:
        self.provider.refund(self.attempt.key, 5000)

    def give_back_slowly(self) -> None:
        self.slow = self.provider.refund(self.attempt.key, 5000, "pending")["id"]

    def it_arrives(self) -> None:
        self.provider.settle_refund(self.slow)

    def give_back_too(self) -> None:
        """At the same time as the shop: the provider refuses whoever comes second."""
        try:
            self.provider.refund(self.attempt.key)
        except StripeError as error:
            if error.fields.get("code") != "charge_already_refunded":
                raise

    def dispute(self) -> None:
        self.disputed = self.provider.dispute(self.attempt.key)["id"]

    def ask(self) -> None:
        self.disputed = self.provider.dispute(self.attempt.key, inquiry=True)["id"]

    def withdraw(self) -> None:
        self.provider.withdraw(self.disputed)

    def win(self) -> None:
        self.provider.close_dispute(self.disputed, True)

    def lose(self) -> None:
        self.provider.close_dispute(self.disputed)

    def tell_of_another_shop(self) -> None:
        self.provider.emit("payment_intent.succeeded")

    # -- The shop ------------------------------------------------------------------------------------------------------

    def lapse(self) -> None:
        for part in self.parts:
            cancel_part(part, reason=CancelReason.NOT_PAID, actor=Actor.CLOCK)

    def sell_out(self) -> None:
        self.lapse()
        place(CartFactory(lines=[(self.lot.variant, 2)]))

    def change_mind(self) -> None:
        for part in self.parts:
            cancel_part(part, reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)

    def lose_a_part(self) -> None:
        cancel_part(self.parts[0], reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)

    def lose_a_paid_part(self) -> None:
        """Once the money is known."""
        look_at(self.attempt)
        self.lose_a_part()

    def have_it_sent(self) -> None:
        while waiting := CardRefund.objects.filter(
            attempt__payment__order=self.order, status=CardRefundStatus.TO_SEND
        ).first():
            send_due(waiting.next_try_at)

    def bank_sends_back(self) -> None:
        sent = CardRefund.objects.get(attempt__payment__order=self.order)
        self.provider.settle_refund(sent.reference, "failed")


Step = Callable[[Case], None]
_BEGUN: list[Step] = [Case.start]
_PAID: list[Step] = [Case.start, Case.pay]
#: Each with how many parts its order has.
STORIES: dict[str, tuple[int, list[Step]]] = {
    "paid": (1, _PAID),
    "two parts paid": (2, _PAID),
    "declined, then paid": (1, [*_BEGUN, Case.decline, Case.pay]),
    "the bank asks first": (2, [*_BEGUN, Case.be_asked, Case.agree]),
    "declined, then given up": (1, [*_BEGUN, Case.decline, Case.expire]),
    "begun again": (2, [*_BEGUN, Case.expire, Case.start_again, Case.pay]),
    "the money comes later": (1, [*_BEGUN, Case.pay_later, Case.money_comes]),
    "the money never comes": (1, [*_BEGUN, Case.pay_later, Case.money_fails]),
    "lapsed before the money, in stock": (2, [*_BEGUN, Case.lapse, Case.pay]),
    "lapsed before the money, sold out": (1, [*_BEGUN, Case.sell_out, Case.pay]),
    "canceled before the money": (1, [*_BEGUN, Case.change_mind, Case.pay]),
    "a part canceled before the money": (2, [*_BEGUN, Case.lose_a_part, Case.pay]),
    "canceled, and given back by hand too": (1, [*_BEGUN, Case.change_mind, Case.pay, Case.give_back_too]),
    "a part canceled after the money": (2, [*_PAID, Case.lose_a_paid_part]),
    "the card's bank sends a refund back": (
        2, [*_PAID, Case.lose_a_paid_part, Case.have_it_sent, Case.bank_sends_back],
    ),
    "given back at the provider": (1, [*_PAID, Case.give_all_back]),
    "given back in two pieces": (2, [*_PAID, Case.give_some_back, Case.give_some_back]),
    "given back slowly": (1, [*_PAID, Case.give_back_slowly, Case.it_arrives]),
    "disputed and lost": (1, [*_PAID, Case.dispute, Case.lose]),
    "disputed and won": (1, [*_PAID, Case.dispute, Case.win]),
    "asked, disputed and won": (2, [*_PAID, Case.ask, Case.withdraw, Case.win]),
    "asked alone": (1, [*_PAID, Case.ask, Case.win]),
    "beside another shop": (1, [*_PAID, Case.tell_of_another_shop]),
}  # fmt: skip
#: What two hands do at once: a double click.
DOUBLED: set[Step] = {Case.start, Case.start_again}


@dataclass(frozen=True)
class Shelf:
    """Goods of two cooperatives that all runs sell."""

    lots: tuple[Lot, Lot]

    @classmethod
    def stocked(cls) -> "Shelf":
        first, second = LotFactory.create_batch(2, quantity=1_000_000)
        return cls((first, second))


def cases(count: int, shelf: Shelf, provider: LocalProvider) -> Iterator[Case]:
    """So many orders, one story after the other."""
    for number, (story, (parts, _steps)) in enumerate(islice(cycle(STORIES.items()), count)):
        lots = [LotFactory(quantity=2)] if Case.sell_out in STORIES[story][1] else list(shelf.lots[:parts])
        yield Case(number, story, a_card_order(*lots), lots[0], provider)
