"""What an order is made of and what becomes of it, drawn as plain figures."""

from dataclasses import dataclass
from itertools import product

from hypothesis import strategies as st

from store.statuses import DiscountBearer

COOPERATIVES = 4
#: Amounts in centimes that do not divide evenly, and the smallest.
AWKWARD = (1, 1, 2, 3, 7, 33, 99, 101, 333, 667, 995, 3333, 6667, 8500, 33_333)
FATES = (
    "delivered",
    "delivered",
    "delivered by the cooperative",
    "delivered by the cooperative",
    "refused",
    "canceled",
    "open",
)
STEPS = ("back", "back", "back", "delivery back", "good will", "refund", "refund", "hand over", "settle", "all back")
PAYS = ("cash", "cash", "exactly", "in two", "too much", "twice")


@dataclass(frozen=True)
class Good:
    """A line of a cart. It lies on shelf 1, or on shelf 2, which is inside it, or on shelf 3."""

    centimes: int
    units: int
    cooperative: int
    shelf: int
    tax_per_mille: int


@dataclass(frozen=True)
class Plan:
    goods: list[Good]
    #: By cooperative.
    is_taxed: tuple[bool, ...]
    #: Commissions per thousand: of all goods, of the first cooperative's, of those on shelf 1, of both.
    rates: tuple[int, ...]
    #: Percent (else centimes), its number, who bears it, and the cooperative and the shelf that it is for.
    voucher: tuple[bool, int, DiscountBearer, int | None, int | None] | None
    courier: int
    #: By cooperative: its parcel is picked up, and what becomes of it.
    is_picked_up: tuple[bool, ...]
    fates: tuple[str, ...]
    pays: str
    #: What is done, and three numbers that choose what it is done to and how much of it.
    steps: list[tuple[str, int, int, int]]
    bearers: tuple[DiscountBearer, ...]


centimes = st.sampled_from(AWKWARD) | st.integers(1, 50_000)
bearers = list(DiscountBearer)


def each(*choices) -> st.SearchStrategy:
    """One of these for each cooperative; drawn at once, which takes a fifth of the time."""
    return st.sampled_from(list(product(choices, repeat=COOPERATIVES)))


places = list(product(range(COOPERATIVES), (1, 2, 3), (0, 70, 100, 140, 200)))
plans = st.builds(
    Plan,
    goods=st.lists(
        st.builds(
            lambda price, units, place: Good(price, units, *place),
            centimes,
            st.integers(1, 20),
            st.sampled_from(places),
        ),
        min_size=1,
        max_size=6,
    ),
    is_taxed=each(True, False),
    rates=each(0, 1, 77, 80, 83, 125, 333),
    voucher=st.none()
    | st.builds(
        lambda worth, rest: (*worth, *rest),
        st.tuples(st.just(True), st.integers(1, 100)) | st.tuples(st.just(False), centimes),
        st.sampled_from(list(product(bearers, (None, None, 1, 2), (None, None, 1, 2)))),
    ),
    courier=st.sampled_from([0, 1, 1999, 2500, 3500]),
    is_picked_up=each(False, False, False, True),
    fates=each(*FATES),
    pays=st.sampled_from(PAYS),
    steps=st.lists(
        st.builds(
            lambda what, how_much: (*what, how_much),
            st.sampled_from(list(product(STEPS, range(COOPERATIVES), range(6)))),
            st.integers(0, 100_000),
        ),
        max_size=12,
    ),
    bearers=each(*bearers),
)
