"""A provider of card payments in memory, and orders that are paid with it."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from unittest import mock

from django.db import connection
from django.utils import timezone

from store.flows.cancel_part import cancel_part
from store.flows.cards.contested import Bearer, bear
from store.flows.cards.look import look_at
from store.flows.cards.start import start_card
from store.flows.cards.watch import watch
from store.flows.invariants import check_invariants
from store.flows.reconcile import reconcile
from store.flows.tick import lapse_unconfirmed
from store.models import CardRefund, MoneyTask, Order, PaymentAttempt
from store.orders.reasons import CancelReason
from store.payments.methods import STRIPE
from store.payments.providers.base import (
    Bill,
    DisputeState,
    DisputeTold,
    Event,
    ProviderDown,
    ProviderRefused,
    Redirect,
    RefundState,
    RefundTold,
    State,
    Told,
)
from store.payments.providers.registry import PROVIDERS
from store.statuses import Actor

from .catalog import LotFactory
from .store import CartFactory, place

_ids = itertools.count(1)


def transactions_open() -> int:
    """How many lie in each other on this thread's connection."""
    return len(connection.savepoint_ids) + connection.in_atomic_block


@dataclass
class Page:
    """What the provider keeps of a try."""

    bill: Bill
    state: State = field(default_factory=lambda: State(Told.OPEN))


class ProviderInMemory:
    """Does what it is asked, and remembers each key. `down` makes it silent: before it works, or after."""

    code = "stripe"
    asks_back = refunds_itself = is_there = True
    rests = False

    def __init__(self):
        self.pages: dict[str, Page] = {}
        self.by_key: dict[str, str] = {}
        self.refunds: dict[str, RefundState] = {}
        self.events: list[Event] = []
        #: Verbs that do not answer, and whether they do what they were asked first.
        self.down: dict[str, bool] = {}
        self.calls: list[str] = []
        self.next_refund = RefundTold.SUCCEEDED
        self.fee: Decimal | None = None
        #: Whoever asks is in no transaction but the one that the test itself may be in.
        self.outside = threading.get_ident(), transactions_open()

    def start(self, bill: Bill) -> Redirect:
        with self._answering("start"):
            reference = self.by_key.setdefault(bill.key, f"cs_{bill.key}")
            page = self.pages.setdefault(reference, Page(bill))
            assert page.bill == bill, "the same key asks for something else"
        return Redirect(f"https://pay.example/{reference}", reference)

    def look(self, reference: str, *, refunds: bool = False) -> State:
        with self._answering("look"):
            state = self.pages[reference].state
        return state

    def end(self, reference: str) -> State:
        with self._answering("end"):
            page = self.pages[reference]
            if page.state.status == Told.OPEN:
                page.state = State(Told.FAILED, because="expired")
        return page.state

    def refund(self, payment: str, amount: Decimal, currency: str, *, key: str) -> RefundState:
        with self._answering("refund"):
            page = self._page_of(payment)
            if key not in self.refunds:
                gone = sum((its.amount for its in page.state.refunds if its.status != RefundTold.FAILED), Decimal(0))
                if page.state.amount is None or gone + amount > page.state.amount:
                    raise ProviderRefused("charge_already_refunded")
                self.refunds[key] = RefundState(f"re_{next(_ids)}", amount, currency, self.next_refund, key)
                page.state = replace(page.state, refunds=(*page.state.refunds, self.refunds[key]))
        return self.refunds[key]

    def key_of(self, payment: str) -> str:
        with self._answering("key_of"):
            return self._page_of(payment).bill.key

    def events_since(self, at: datetime) -> Iterator[Event]:
        with self._answering("events_since"):
            yield from [event for event in self.events if event.at >= at]

    def read(self, body: bytes, signature: str) -> Event:
        raise NotImplementedError

    # -- What people do at the provider -------------------------------------------------------------------------------

    def pay(self, attempt: PaymentAttempt, **changes) -> State:
        """The buyer pays on the page; `changes` make it another amount or currency."""
        attempt.refresh_from_db()
        page = self.pages[attempt.reference]
        paid = {
            "amount": page.bill.amount, "currency": page.bill.currency, "payment": f"pi_{attempt.key}", "fee": self.fee,
            "fee_currency": "MAD" if self.fee is not None else "",
        }  # fmt: skip
        page.state = State(Told.PAID, **{**paid, **changes})
        self.tell("checkout.session.completed", attempt)
        return page.state

    def give_back(self, attempt: PaymentAttempt, amount, status: RefundTold = RefundTold.SUCCEEDED) -> RefundState:
        """Somebody presses a button at the provider."""
        state = RefundState(f"re_{next(_ids)}", Decimal(amount), "MAD", status)
        page = self.pages[attempt.reference]
        page.state = replace(page.state, refunds=(*page.state.refunds, state))
        self.tell("charge.refunded", attempt)
        return state

    def say_of_refund(self, reference: str, status: RefundTold) -> None:
        """What becomes of a refund, later."""
        for page in self.pages.values():
            page.state = replace(
                page.state,
                refunds=tuple(
                    replace(its, status=status) if its.reference == reference else its for its in page.state.refunds
                ),
            )

    def dispute(self, attempt: PaymentAttempt, status: DisputeTold, *, amount=None, is_withdrawn: bool = False) -> None:
        page = self.pages[attempt.reference]
        amount = page.state.amount if amount is None else Decimal(amount)
        was = next(iter(page.state.disputes), None)
        moves = (was.moves if was else 0) + (is_withdrawn != bool(was and was.is_withdrawn))
        state = DisputeState(f"dp_{attempt.key}", amount, "MAD", status, "fraudulent", is_withdrawn, moves)
        page.state = replace(page.state, disputes=(state,))
        self.tell("charge.dispute.updated", attempt)

    def tell(self, type: str, attempt: PaymentAttempt, **names) -> Event:
        """Something happened; whoever wants it finds it in `events`."""
        named = names or {"reference": attempt.reference, "key": attempt.key}
        event = Event(f"evt_{next(_ids)}", type, timezone.now(), **named)
        self.events.append(event)
        return event

    def _page_of(self, payment: str) -> Page:
        return next(page for page in self.pages.values() if page.state.payment == payment)

    @contextmanager
    def _answering(self, verb: str):
        self.calls.append(verb)
        thread, outside = self.outside
        inside = transactions_open() - (outside if threading.get_ident() == thread else 0)
        assert inside <= 0, f"{verb} is asked within a transaction: others would wait for the network"
        if self.down.get(verb) is False:
            raise ProviderDown(verb)
        yield
        if self.down.get(verb):
            raise ProviderDown(f"{verb}, after it was done")


@contextmanager
def a_provider(code: str = "stripe", **attributes):
    """A provider in memory in the place of the real one."""
    provider = ProviderInMemory()
    provider.code = code
    for name, value in attributes.items():
        setattr(provider, name, value)
    with mock.patch.dict(PROVIDERS, {code: provider}):
        yield provider


def a_card_order(*lots, now=None, quantity: int = 2, method=STRIPE, **placing) -> Order:
    """An order to be paid by card, with a part for each of these lots: 205 dirhams each."""
    lots = lots or (LotFactory(),)
    cart = CartFactory(lines=[(lot.variant, quantity) for lot in lots])
    return place(cart, method=method, now=now, **placing)


def begun(order: Order) -> PaymentAttempt:
    """The buyer is on the provider's page."""
    return start_card(order).attempt


def sound() -> None:
    """Rows and books agree."""
    assert check_invariants() == []
    assert reconcile() == []


def long_after(attempt: PaymentAttempt) -> datetime:
    """When its page has closed and its stock is free again."""
    return attempt.expires_at + timedelta(hours=3)


def all_that_cards_do(provider: ProviderInMemory) -> None:
    """Paid with a fee, given back and sent back by the bank, disputed, won and lost, given back at the provider, paid twice."""
    provider.fee = Decimal("7.50")
    order = paid_by_card(provider, LotFactory(), LotFactory())
    first, second = order.parts.order_by("pk")
    cancel_part(first, reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    watch()
    cancel_part(second, reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    watch()
    back = CardRefund.objects.latest("pk")
    provider.say_of_refund(back.reference, RefundTold.FAILED)
    look_at(back.attempt)
    won = disputed(provider, DisputeTold.OPEN, is_withdrawn=True)
    disputed(provider, DisputeTold.WON, is_withdrawn=False, attempt=won)
    lost = disputed(provider, DisputeTold.OPEN, is_withdrawn=True)
    disputed(provider, DisputeTold.LOST, is_withdrawn=True, attempt=lost)
    bear(MoneyTask.objects.get(attempt=lost), Bearer.PLATFORM, because="Perdu", by=None)
    seen = paid_by_card(provider).payments.get().attempts.get()
    provider.give_back(seen, 30)
    look_at(seen)
    lot = LotFactory(quantity=2)
    late = begun(a_card_order(lot))
    lapse_unconfirmed(long_after(late))
    place(CartFactory(lines=[(lot.variant, 2)]))
    provider.pay(late)
    look_at(late)
    watch()


def paid_by_card(provider: ProviderInMemory, *lots) -> Order:
    order = a_card_order(*lots)
    attempt = begun(order)
    provider.pay(attempt)
    look_at(attempt)
    return order


def disputed(
    provider, told: DisputeTold, *, is_withdrawn: bool, attempt: PaymentAttempt | None = None
) -> PaymentAttempt:
    attempt = attempt or paid_by_card(provider).payments.get().attempts.get()
    provider.dispute(attempt, told, is_withdrawn=is_withdrawn)
    look_at(attempt)
    return attempt
