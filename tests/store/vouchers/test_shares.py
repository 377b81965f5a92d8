"""A discount is shared out to the centime."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.money import from_centimes, total
from store.vouchers.shares import share_out

D = Decimal
amounts = st.lists(st.integers(0, 5_000_000).map(from_centimes), max_size=12)


@st.composite
def discounts(draw):
    over = draw(amounts)
    return from_centimes(draw(st.integers(0, int(total(over) * 100)))), over


@given(discounts())
def test_shares_add_up_and_none_is_more_than_its_amount(given_to):
    discount, over = given_to

    shares = share_out(discount, over)

    assert total(shares) == discount
    assert len(shares) == len(over)
    assert all(0 <= share <= amount for share, amount in zip(shares, over, strict=True))


@given(discounts())
def test_no_share_is_a_whole_centime_from_its_proportion(given_to):
    discount, over = given_to
    whole = total(over)

    for share, amount in zip(share_out(discount, over), over, strict=True):
        assert whole == 0 or abs(share * whole - discount * amount) < D("0.01") * whole


def test_what_is_left_goes_to_those_that_lost_most_and_the_first_of_equals():
    assert share_out(D("1.00"), [D("10.00")] * 3) == [D("0.34"), D("0.33"), D("0.33")]
    assert share_out(D("0.01"), [D("1.00"), D("2.00")]) == [D("0.00"), D("0.01")]


@pytest.mark.parametrize("discount", ["-0.01", "10.01"])
def test_more_than_there_is_cannot_be_taken_off(discount):
    with pytest.raises(ValueError, match="cannot be taken off"):
        share_out(D(discount), [D("4.00"), D("6.00")])
