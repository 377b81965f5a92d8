"""Seeded faults about vouchers, written past every guard: each is found and named; sound rows give no finding."""

from decimal import Decimal

import pytest
from django.utils import timezone

from store.flows.invariants import check_invariants
from store.models import CooperativeOrder, OrderLine, Voucher, VoucherUse
from store.statuses import PartStatus
from tests.checks import without_checks
from tests.factories import CartFactory, LotFactory, a_voucher, advance, place

pytestmark = pytest.mark.django_db


def a_cheaper_part(status: PartStatus = PartStatus.PLACED) -> CooperativeOrder:
    """A part of 85 dirhams of goods, 8.50 off."""
    voucher = Voucher.objects.first() or a_voucher(limit=5)
    cart = CartFactory(lines=[(LotFactory(variant__price=Decimal("85.00")).variant, 1)], voucher=voucher)
    return advance(place(cart).parts.get(), status)


def test_orders_with_a_voucher_are_sound_in_every_status():
    for status in (status for status in PartStatus if status not in (PartStatus.PACKED, PartStatus.CONFIRMED)):
        a_cheaper_part(status)

    assert Voucher.objects.get().used == 4
    assert check_invariants() == []


def set_use(**values):
    return lambda part: VoucherUse.objects.update(**values)


def release_it(part):
    VoucherUse.objects.update(released_at=timezone.now())
    Voucher.objects.update(used=0)


def take_it_back(part):
    VoucherUse.objects.update(released_at=None)
    Voucher.objects.update(used=1)


def nobody_used_it(part):
    VoucherUse.objects.all().delete()
    Voucher.objects.update(used=0)


P, C = PartStatus.PLACED, PartStatus.CANCELED
FAULTS = {
    "counter": (P, lambda part: Voucher.objects.update(used=3), "Voucher BIENVENUE is used 3 times, 1 orders use it."),
    "limit": (P, lambda part: Voucher.objects.update(limit=0), "Voucher BIENVENUE is used 1 times of 0."),
    "discount of the lines": (
        P, lambda part: OrderLine.objects.update(discount=Decimal("8.00")),
        "Part {part} of order {order} is 8,50\xa0MAD cheaper, its lines 8,00\xa0MAD.",
    ),
    "no voucher": (P, nobody_used_it, "Part {part} of order {order} is cheaper without a voucher."),
    "discount of the use": (
        P, set_use(discount=Decimal("9.00")),
        "Voucher BIENVENUE takes 9,00\xa0MAD off order {order}, whose parts are 8,50\xa0MAD cheaper.",
    ),
    "released too early": (
        P, release_it, "Voucher BIENVENUE was released by order {order}, of which something cheaper is wanted.",
    ),
    "never released": (C, take_it_back, "Voucher BIENVENUE is used by order {order}, of which nothing cheaper is wanted."),
    "another bearer": (
        P, lambda part: CooperativeOrder.objects.update(discount_bearer="cooperative"),
        "Part {part} of order {order} is not what was placed.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_seeded_fault_is_found_and_named(name):
    status, seed, sentence = FAULTS[name]
    part = a_cheaper_part(status)

    with without_checks(Voucher):
        seed(part)

    assert sentence.format(part=part.pk, order=part.order.number) in check_invariants()
