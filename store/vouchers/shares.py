"""A discount that is shared out: over the parts of an order, and over the lines of each."""

from collections.abc import Sequence
from decimal import Decimal

from catalog.money import from_centimes, to_centimes


def share_out(discount: Decimal, over: Sequence[Decimal]) -> list[Decimal]:
    """Shares of a discount in proportion to these amounts: they add up to it, and none is more than its amount.

    Whole centimes; what rounding down leaves goes to those that lost most by it, the first of equals first.

    Raises:
        ValueError: the discount is below zero, or more than the amounts together.
    """
    centimes, amounts = to_centimes(discount), [to_centimes(amount) for amount in over]
    whole = sum(amounts)
    if not 0 <= centimes <= whole:
        raise ValueError(f"{discount} cannot be taken off {from_centimes(whole)}")
    if not whole:
        return [from_centimes(0) for _ in amounts]
    shares = [centimes * amount // whole for amount in amounts]
    lost = [centimes * amount % whole for amount in amounts]
    for number in sorted(range(len(amounts)), key=lambda number: -lost[number])[: centimes - sum(shares)]:
        shares[number] += 1
    return [from_centimes(share) for share in shares]
