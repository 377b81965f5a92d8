"""Orders of the demonstration that are paid by card, in every state, at a local provider that knows them from then on.

Each payment is real at the provider: what it tells is taken as from the network, and it can be asked about it later.
"""

import time
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from catalog.money import total

from ..checkout.webhooks import CMI_ANSWERS
from ..delivery.models import Courier
from ..flows.cancel_part import cancel_part
from ..flows.cards.callbacks import take_callback
from ..flows.cards.events import apply_due, keep_event
from ..flows.cards.send import send_due
from ..flows.cards.start import start_card
from ..flows.fulfil_part import pack_part
from ..flows.set_aside import set_aside
from ..orders.models import Order
from ..orders.reasons import CancelReason
from ..payments.bank import Ending, MoneyTask
from ..payments.cards import PaymentAttempt
from ..payments.methods import CMI, STRIPE
from ..payments.options import PaymentOption
from ..payments.providers.cmi import Cmi
from ..payments.providers.registry import provider_of
from ..statuses import DiscountBearer
from .content import read
from .hands import CLERK, Hands, dated

if TYPE_CHECKING:
    from tests.providers.running import LocalProvider

#: Test cards of Stripe: the bank pays; it asks first; it refuses.
GOOD, ASKS_FIRST, DECLINED = "4242424242424242", "4000002760003184", "4000000000000002"


def load_ways_to_pay() -> None:
    """What cards cost, and whom: invented, in the order of size of what providers ask."""
    PaymentOption.objects.create(method=STRIPE.code, per_mille=29, fixed=Decimal(3), bearer=DiscountBearer.PLATFORM)
    PaymentOption.objects.create(method=CMI.code, per_mille=18, bearer=DiscountBearer.COOPERATIVE)


def load_cards(hands: Hands, provider: "LocalProvider", courier: Courier) -> list[Order]:
    cards = _Cards(hands, provider)
    orders = [*cards.last_month(courier), *cards.this_week(courier)]
    provider.account.shift = 0  # its clock goes right from here on
    return orders


class _Cards:
    """Buyers with their cards, and people at the provider's own pages."""

    def __init__(self, hands: Hands, provider: "LocalProvider"):
        self.hands, self.provider = hands, provider
        provider.cmi.post = self._answer_cmi

    # -- Last month ---------------------------------------------------------------------------------------------------

    def last_month(self, courier: Courier) -> Iterator[Order]:
        """Paid, delivered, and paid out to the bank; the last of them with a Moroccan card."""
        hands = self.hands
        both = self._paid(7, [("huile-romarin", 1), ("miel-multifloral", 1)], hands.on(14))
        honey = self._paid(9, [("miel-thym", 1)], hands.on(15), card=ASKS_FIRST)
        moroccan = self._paid_at_cmi(2, [("huile-thym", 1), ("miel-eucalyptus", 1)], hands.on(15))
        for order in (both, honey, moroccan):
            hands.deliver(order, courier, hands.on(18))
        self._paid_out(hands.on(20), both, honey)
        yield from (both, honey, moroccan)

    def _paid_out(self, at: datetime, *orders: Order) -> None:
        """The provider transfers what it holds, in one sum that names no order."""
        attempts = PaymentAttempt.objects.filter(payment__order__in=orders)
        amount = total(attempt.amount - (attempt.fee or 0) for attempt in attempts)
        with dated(at):
            self.hands.take_in_statement(at, [("VIREMENT STRIPE", "PAYOUT", amount)])
            task = MoneyTask.objects.get(line__amount=amount, done_at=None)
            because = "Versement de Stripe pour le mois."
            set_aside(task, Ending.PAID_BY_PROVIDER, because=because, by=self.hands.staff, provider=STRIPE.code)

    # -- This week ----------------------------------------------------------------------------------------------------

    def this_week(self, courier: Courier) -> Iterator[Order]:
        """Disputed, given back by hand, given back in part, being made ready; and one whose buyer is on the page."""
        hands = self.hands
        disputed = self._paid(6, [("coffret-huiles", 1)], hands.ago(days=6))
        given_back = self._paid(8, [("pollen", 1)], hands.ago(days=5, hours=4))
        in_part = self._paid(10, [("eau-fleur-oranger", 1), ("miel-oranger", 1)], hands.ago(days=4))
        packed = self._paid(1, [("verveine", 1)], hands.ago(hours=22), card=ASKS_FIRST)
        moroccan = self._paid_at_cmi(4, [("camomille", 2)], hands.ago(hours=5))
        for order in (disputed, given_back):
            hands.deliver(order, courier, hands.ago(days=3))
        self._cancel_second_part(in_part, hands.ago(days=3, hours=6))
        hands.deliver(in_part, courier, hands.ago(days=1, hours=5))
        with dated(hands.ago(hours=19)):
            pack_part(packed.parts.get(), actor=CLERK, by=hands.staff)
        with self._at(hands.ago(hours=26)):
            self.provider.dispute(_session_of(disputed), reason="product_not_received")
            self._hear()
        with self._at(hands.ago(hours=8)):
            self.provider.refund(_session_of(given_back), 2_000)
            self._hear()
        yield from (disputed, given_back, in_part, packed, moroccan, self._on_the_page(hands.ago(minutes=4)))

    def _cancel_second_part(self, order: Order, at: datetime) -> None:
        """The jar was broken; its price goes back to the card by itself."""
        with self._at(at):
            _first, part = order.parts.order_by("pk")
            cancel_part(part, reason=CancelReason.OUT_OF_STOCK, actor=CLERK, by=self.hands.staff)
            send_due()
            self._hear()

    def _on_the_page(self, at: datetime) -> Order:
        """From abroad, for somebody in Meknès; a card was refused, and the page is open for another."""
        [person] = read("people")["abroad"]
        order = self.hands.place(person, [("huile-lavande", 1), ("miel-multifloral", 1)], at, method=STRIPE)
        with self._at(at):
            attempt = start_card(order, now=at).attempt
            self.provider.pay(attempt.reference, DECLINED)
            self._hear()
        return order

    # -- What buyers do -----------------------------------------------------------------------------------------------

    def _paid(self, person: int, lines, at: datetime, *, card: str = GOOD) -> Order:
        order = self.hands.place(person, lines, at, method=STRIPE)
        with self._at(at):
            session = start_card(order, now=at).attempt.reference
            if self.provider.pay(session, card) == "secure":
                self.provider.answer_bank(session)
            self._hear()
        return order

    def _paid_at_cmi(self, person: int, lines, at: datetime) -> Order:
        order = self.hands.place(person, lines, at, method=CMI)
        with self._at(at):
            begun = start_card(order, now=at)
            self.provider.cmi_pay(self.provider.cmi_open(begun.to.fields))
        return order

    # -- What the shop hears ------------------------------------------------------------------------------------------

    def _at(self, moment: datetime):
        """The provider's clock shows this moment, and so does all that is written meanwhile."""
        self.provider.account.shift = round(moment.timestamp() - time.time())
        return dated(moment)

    def _hear(self) -> None:
        """As the webhook and the worker do."""
        for body, signature in self.provider.callbacks.take():
            keep_event(STRIPE.code, provider_of(STRIPE.code).read(body, signature))
        apply_due()

    def _answer_cmi(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """As the address for its callbacks does."""
        event, state = Cmi().read_callback(dict(parse_qsl(body.decode(), keep_blank_values=True)))
        return 200, CMI_ANSWERS[take_callback(CMI.code, event, state)]


def _session_of(order: Order) -> str:
    return PaymentAttempt.objects.get(payment__order=order).reference
