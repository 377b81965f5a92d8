"""A buyer goes to pay by card: the try is written down, then the provider is asked, then its answer is written down.

The network is never asked within a transaction. Whoever begins again, at any moment, finds the try and asks with its key.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from catalog.money import total
from catalog.stock import actions as stock

from ...orders.models import CooperativeOrder, Order
from ...payments import actions as payments
from ...payments import tasks
from ...payments.bank import MoneyTask, TaskKind
from ...payments.cards import OPEN_ATTEMPT, PaymentAttempt
from ...payments.methods import CARDS, CardPayment
from ...payments.models import Payment
from ...payments.options import option_of
from ...payments.providers.base import Bill, Form, ProviderRefused, Redirect
from ...payments.providers.registry import provider_of
from ...statuses import Actor, AttemptStatus, PaymentStatus, first_status, move
from ..take_money import locked_parts, open_parts
from .bills import charged_in, items_of
from .look import look_at

#: Stripe opens no page for less. A try that it has not answered by then is left, and another one begun.
SHORTEST = timedelta(minutes=31)
#: So often at most, while somebody else changes the order at the same time.
TRIES = 4


class NothingToPay(Exception):
    """The order is paid, is not paid by card, or lapsed."""


class MoneyUnderWay(Exception):
    """The buyer has paid: the provider waits for the money, or somebody looks at another amount that came."""


class TooLate(Exception):
    """The order was placed so long ago that its stock is not kept for another try."""


@dataclass(frozen=True)
class Begun:
    attempt: PaymentAttempt
    #: Where the buyer goes.
    to: Redirect | Form


def start_card(order: Order, *, now: datetime | None = None) -> Begun:
    """Where the buyer pays this order by card; the same page again while it is open and asks the right amount.

    Raises:
        NothingToPay, MoneyUnderWay, TooLate: see there.
        OutOfStock: the stock was kept no longer, and somebody else took it.
        ProviderDown: no answer; the order waits, and may be begun again.
        ProviderRefused: the provider takes no payment for it.
    """
    for _again in range(TRIES):
        attempt, outdated = _prepare(order, now or timezone.now())
        if outdated:
            let_go(outdated)
        elif begun := _open(attempt):
            return begun
    raise NothingToPay


def let_go(attempt: PaymentAttempt) -> None:
    """A try that asks a wrong amount, or is not wanted any more, ends; money that came by it first is taken.

    Raises:
        ProviderDown: no answer.
    """
    if attempt.reference and provider_of(attempt.provider).asks_back:
        look_at(attempt, end=True)
    # A page that the provider never named was never shown; one that cannot be closed may still bring money, and does no harm.
    _end(attempt.pk)


@transaction.atomic
def _end(pk: int) -> None:
    attempt = PaymentAttempt.objects.select_for_update().get(pk=pk)
    if attempt.status in (AttemptStatus.STARTED, AttemptStatus.OPEN):
        move(attempt, AttemptStatus.FAILED, actor=Actor.BUYER)


@transaction.atomic
def _prepare(order: Order, now: datetime) -> tuple[PaymentAttempt, PaymentAttempt | None]:
    """The try to be opened; or one that has to end first."""
    parts = locked_parts(order)
    payment = payments.whole_of(order)
    if payment is None or payment.method not in CARDS or payment.status != PaymentStatus.EXPECTED:
        raise NothingToPay
    method = CARDS[payment.method]
    amount = payment.amount - total(task.amount for task in tasks.waiting_for_the_rest(order))
    if amount <= 0:
        raise NothingToPay
    option = option_of(method.code)
    charged = charged_in(option, amount)
    if MoneyTask.objects.filter(attempt__payment=payment, kind=TaskKind.HELD, done_at=None).exists():
        raise MoneyUnderWay
    attempt = payment.attempts.filter(status__in=OPEN_ATTEMPT).first()
    if attempt and attempt.status == AttemptStatus.WAITING:
        raise MoneyUnderWay
    is_the_same = attempt and (attempt.provider, attempt.amount, attempt.currency) == (
        method.code, amount, option.currency,
    )  # fmt: skip
    is_stale = attempt and attempt.status == AttemptStatus.STARTED and attempt.expires_at < now + SHORTEST
    if attempt and (is_stale or not (is_the_same and attempt.is_usable(now))):
        return attempt, attempt
    if attempt is None:
        if now > order.placed_at + timedelta(hours=settings.CARD_HOURS):
            raise TooLate
        number = payment.attempts.count() + 1
        attempt = PaymentAttempt.objects.create(
            payment=payment, provider=method.code, key=f"{order.number}-{number}", amount=amount, currency=option.currency,
            rate=option.rate, charged=charged, language=order.language, expires_at=method.page_open_until(now),
        )  # fmt: skip
        first_status(attempt, actor=Actor.BUYER)
        keep_longer(open_parts(parts), until=method.deadline(now))
    return attempt, None


def keep_longer(parts: list[CooperativeOrder], *, until: datetime) -> None:
    """The stock is kept as long as this way to pay needs; never shorter than was said before.

    Raises:
        OutOfStock: it was kept no longer, and somebody else took it.
    """
    until = max([until, *(part.confirm_by for part in parts)])
    CooperativeOrder.objects.filter(pk__in=[part.pk for part in parts]).update(confirm_by=until)
    lines = [line for part in parts for line in part.lines.select_related("variant") if line.units]
    stock.keep([stock.Wanted(line.variant, line.units, line.holder) for line in lines], until=until)


def _open(attempt: PaymentAttempt) -> Begun | None:
    """Ask the provider for the page; None where the try ended meanwhile."""
    if attempt.status == AttemptStatus.OPEN and attempt.url:
        return Begun(attempt, Redirect(attempt.url, attempt.reference))
    try:
        to = provider_of(attempt.provider).start(bill_of(attempt))
    except ProviderRefused as refused:
        _refused(attempt.pk, refused)
        raise
    opened = _opened(attempt, to)
    return Begun(opened, to) if opened.status in OPEN_ATTEMPT else None


@transaction.atomic
def _opened(attempt: PaymentAttempt, to: Redirect | Form) -> PaymentAttempt:
    """Write down where the buyer pays. Where the try has ended meanwhile, nobody is sent to its page."""
    attempt = PaymentAttempt.objects.select_for_update().get(pk=attempt.pk)
    if isinstance(to, Redirect):
        attempt.url, attempt.reference = to.url, to.reference
        attempt.save(update_fields=["url", "reference"])
    if attempt.status == AttemptStatus.STARTED:
        move(attempt, AttemptStatus.OPEN, actor=Actor.PROVIDER)
    return attempt


@transaction.atomic
def _refused(pk: int, refused: ProviderRefused) -> None:
    attempt = PaymentAttempt.objects.select_for_update().get(pk=pk)
    if attempt.status == AttemptStatus.STARTED:
        attempt.because = refused.code[:120]
        attempt.save(update_fields=["because"])
        move(attempt, AttemptStatus.FAILED, actor=Actor.PROVIDER, because=attempt.because)


def bill_of(attempt: PaymentAttempt) -> Bill:
    """The same each time it is asked for."""
    order: Order = attempt.payment.order
    with translation.override(attempt.language):
        # One that cannot be asked sends the browser back with a form of its own.
        asks_back = provider_of(attempt.provider).asks_back
        page = "order_card_return" if asks_back else "order_card_back"
        home = settings.SITE_URL + reverse(page, args=[order.token])
        back = settings.SITE_URL + reverse("order_pay", args=[order.token])
        return Bill(
            key=attempt.key, order_number=order.number, language=attempt.language, name=order.name, email=order.email,
            phone=str(order.phone), amount=attempt.charged, currency=attempt.currency, items=items_of(attempt),
            expires_at=attempt.expires_at, return_url=home, cancel_url=back,
            callback_url=f"{settings.SITE_URL}/webhooks/{attempt.provider}/",
        )  # fmt: skip


def current_attempt(payment: Payment | None) -> PaymentAttempt | None:
    """The newest try, whatever became of it."""
    return payment.attempts.order_by("-pk").first() if payment else None


def method_of(payment: Payment) -> CardPayment | None:
    """The way to pay, where it is by card."""
    return CARDS.get(payment.method)
