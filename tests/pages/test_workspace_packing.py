"""The packer took another jar than the one that was named, and says which."""

import pytest
from django.utils import timezone

from catalog.models import Lot, Role
from catalog.stock import actions as stock
from store.flows.invariants import check_invariants
from store.models import LineLot
from store.statuses import PartStatus
from tests.factories import CartFactory, LotFactory, a_part, advance, place

from .members import at_work, space_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> Lot:
    return LotFactory(code="THYM-1", quantity=10, best_before=timezone.localdate().replace(year=2031))


@pytest.fixture
def taken(kept) -> Lot:
    return LotFactory(code="THYM-2", quantity=3, variant=kept.variant)


def pack(part, **codes):
    """Press the button, with a code for each line; `codes` are by place: `c0`, `c1`, …"""
    lines = list(part.lines.order_by("pk"))
    form = {"deed": "pack", **{f"lot_{lines[int(place[1:])].pk}": code for place, code in codes.items()}}
    browser = at_work(part.cooperative, Role.PACKER)
    return browser.post(space_of(part.cooperative, f"commandes/{part.pk}/"), form, follow=True)


def written(part) -> list[tuple[str, int]]:
    return list(LineLot.objects.filter(line__part=part).values_list("lot__code", "quantity").order_by("line"))


def status_of(part) -> str:
    part.refresh_from_db()
    return part.status


@pytest.mark.parametrize("typed", ["thym-٢", "https://twiza.example/ar/lots/THYM-2/"])
def test_the_lot_that_is_named_is_the_one_that_is_written_and_kept(kept, taken, typed):
    part = a_part(PartStatus.CONFIRMED, lot=kept)
    pack(part, c0=typed)
    assert (status_of(part), written(part)) == ("packed", [("THYM-2", 2)])
    assert dict(Lot.objects.values_list("code", "reserved")) == {"THYM-1": 0, "THYM-2": 2}
    assert check_invariants() == []


def test_without_a_word_it_is_the_lot_that_was_kept(kept, taken):
    part = a_part(PartStatus.CONFIRMED, lot=kept)
    pack(part, c0="")
    assert written(part) == [("THYM-1", 2)]


def test_a_code_that_does_not_fit_packs_nothing_is_named_and_what_was_typed_stays(kept, taken):
    oil = LotFactory(code="ROSE-1", quantity=5, variant__product__sale__cooperative=kept.cooperative)
    LotFactory(code="AILLEURS")  # of another cooperative
    order = place(CartFactory(lines=[(kept.variant, 2), (oil.variant, 1)]))
    part = advance(order.parts.get(), PartStatus.CONFIRMED)
    for wrong in ("ROSE-1", "AILLEURS", "THYM-3", "x" * 201):
        answer = pack(part, c0=wrong, c1="rose 1")
        page = answer.content.decode()
        assert (answer.status_code, status_of(part), written(part)) == (422, "confirmed", [])
        assert f'value="{wrong}"' in page and 'value="rose 1"' in page and '<details class="codes" open>' in page
        assert "ne correspond à aucun lot" in page or wrong.startswith("x")
    assert Lot.objects.get(code="THYM-2").reserved == 0


@pytest.mark.parametrize("spoil", ["blocked", "scarce"])
def test_a_lot_that_cannot_be_sent_is_refused_beside_its_line(kept, taken, spoil):
    if spoil == "blocked":
        stock.block(taken, because="a doubt")
    else:
        stock.adjust(taken, -2, reason="broken")
    part = a_part(PartStatus.CONFIRMED, lot=kept)
    answer = pack(part, c0="THYM-2")
    assert (answer.status_code, status_of(part), written(part)) == (422, "confirmed", [])
    page = answer.content.decode()
    assert "THYM-2" in page and 'value="THYM-2"' in page and ("bloqué" if spoil == "blocked" else "1") in page
    assert check_invariants() == []


def test_whoever_packs_from_a_lot_that_may_not_leave_is_told_which_takes_its_place(kept, taken):
    part = a_part(PartStatus.CONFIRMED, lot=kept)
    stock.block(kept, because="a doubt")
    page = pack(part).content.decode()
    assert written(part) == [("THYM-2", 2)]
    assert "mettez dans le colis" in page and "THYM-2" in page
