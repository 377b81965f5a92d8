"""What the shop owes to everybody whom it said "yes" to. Each promise yields what was broken; nothing when all was kept."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db.models import Sum

from catalog.models import Reservation
from store.flows import mails
from store.models import CooperativeOrder, Order, OutboxMessage
from store.orders.models import OrderLine
from store.outbox.actions import message_id
from store.statuses import PartStatus

from .crowd import Shopper

END_OF_MAIL = b"\n" + b"-" * 79 + b"\n"


def lost_orders(shoppers: Iterable[Shopper]) -> Iterator[str]:
    """An order page was promised, and its order is not there, or is somebody else's."""
    phones = {token: str(phone) for token, phone in Order.objects.values_list("token", "phone")}
    for shopper in shoppers:
        if shopper.token and phones.get(shopper.token) != shopper.phone:
            yield f"{shopper.phone} was given {shopper.token[:4]}…, which is {phones.get(shopper.token, 'nothing')}"


def doubled_orders(shoppers: Iterable[Shopper]) -> Iterator[str]:
    """Somebody who meant one order has several."""
    orders = Counter(str(phone) for phone in Order.objects.values_list("phone", flat=True))
    for shopper in shoppers:
        if orders[shopper.phone] > 1:
            yield f"{shopper.phone} meant one order and has {orders[shopper.phone]}"


def unfinished(shoppers: Iterable[Shopper]) -> Iterator[str]:
    """Somebody repeated the request as told and was not served in the end."""
    for shopper in shoppers:
        if not shopper.is_done:
            yield f"{shopper.phone} gave up: {shopper.gave_up}"


def forgotten_goods(shoppers: Iterable[Shopper]) -> Iterator[str]:
    """What was put in the cart is not what was ordered."""
    ordered = defaultdict(set)
    for token, variant in OrderLine.objects.values_list("part__order__token", "variant"):
        ordered[token].add(variant)
    for shopper in shoppers:
        if shopper.token and ordered[shopper.token] != set(shopper.added):
            yield f"{shopper.phone} added {sorted(shopper.added)} and ordered {sorted(ordered[shopper.token])}"


def forgotten_cancellations(parts: Iterable[int]) -> Iterator[str]:
    """Parts that were said to be canceled, or that lapsed, and are not canceled."""
    canceled = set(CooperativeOrder.objects.filter(status=PartStatus.CANCELED).values_list("pk", flat=True))
    yield from (f"part {pk} is not canceled" for pk in set(parts) - canceled)


def holds_left_over() -> Iterator[str]:
    """Stock kept for parts that need none, or not what open parts ordered."""
    live = Reservation.objects.live().order_by()
    kept = Counter(dict(live.values_list("holder").annotate(units=Sum("quantity"))))
    waiting = (PartStatus.PLACED, PartStatus.CONFIRMED, PartStatus.PACKED)
    ordered = Counter({line.holder: line.quantity for line in OrderLine.objects.filter(part__status__in=waiting)})
    for holder in sorted({*kept, *ordered}):
        if kept[holder] != ordered[holder]:
            yield f"{kept[holder]} kept for {holder}, {ordered[holder]} ordered and open"


def orders_without_a_cart() -> Iterator[str]:
    """Each order has come from a cart, and each cart that is closed has become one order."""
    for number in Order.objects.filter(cart=None).values_list("number", flat=True):
        yield f"order {number} belongs to no cart"


# -- Mails ------------------------------------------------------------------------------------------------------------


def unwritten_mails() -> Iterator[str]:
    """Mails that the orders call for and that are not in the outbox, or the other way round."""
    called_for = set()
    for order in Order.objects.prefetch_related("parts"):
        called_for |= {f"{mails.ORDER_RECEIVED}:{order.pk}", f"{mails.ORDER_FOR_STAFF}:{order.pk}"}
        for part in order.parts.all():
            called_for.add(f"{mails.PART_TO_CONFIRM}:{part.pk}")
            if part.status == PartStatus.CANCELED:
                called_for |= {f"{mails.PART_CANCELED}:{part.pk}", f"{mails.PART_CANCELED_FOR_COOPERATIVE}:{part.pk}"}
    written = set(OutboxMessage.objects.values_list("key", flat=True))
    yield from (f"{key} was not written" for key in sorted(called_for - written))
    yield from (f"{key} tells of nothing" for key in sorted(written - called_for))


def unsent_mails(sent: Counter) -> Iterator[str]:
    """Mails that are not marked as sent, that nobody received, or that nobody wrote."""
    expected = set()
    for message in OutboxMessage.objects.all():
        expected.add(message_id(message))
        if message.sent_at is None:
            yield f"{message.key} is not marked as sent"
        if not sent[message_id(message)]:
            yield f"{message.key} arrived nowhere"
    yield from (f"{name} is nobody's" for name in set(sent) - expected)


def mails_in(folder: Path) -> Counter:
    """The Message-IDs of the mails that were written to their end, with how often each was."""
    found: Counter = Counter()
    for path in folder.glob("*.log"):
        for mail in path.read_bytes().split(END_OF_MAIL)[:-1]:
            found[_message_id_in(mail)] += 1
    return found


def _message_id_in(mail: bytes) -> str:
    """The header may be folded: its value is the first word after its name."""
    return mail.partition(b"Message-ID:")[2].split(maxsplit=1)[0].decode()
