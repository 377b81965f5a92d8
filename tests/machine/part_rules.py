"""A part's way, and the ways off it: right or wrong moves, by whoever may or may not."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from store.flows.cancel_part import cancel_part
from store.flows.fulfil_part import (
    confirm_part,
    deliver_part,
    pack_part,
    repack_part,
    return_part,
    ship_part,
)
from store.models import CooperativeOrder
from store.orders.reasons import CancelReason
from store.statuses import Actor

from .core import which
from .rows import Part
from .shelf_rules import ShelfRules

VERBS = {
    "confirm": confirm_part,
    "pack": pack_part,
    "repack": repack_part,
    "ship": ship_part,
    "deliver": deliver_part,
    "come_back": return_part,
}
NEXT = {"placed": "confirm", "confirmed": "pack", "packed": "ship", "shipped": "deliver"}
mishaps = st.sampled_from([None, None, "recall", "power"])
there_are_parts = precondition(lambda self: self.model.parts)


class PartRules(ShelfRules):
    def row_of(self, part: Part) -> CooperativeOrder:
        pk = list(self.numbers.parts)[self.model.parts.index(part)]
        return CooperativeOrder.objects.select_related("order", "cooperative").get(pk=pk)

    def pick(self, which: int, *statuses: str) -> Part:
        """Mostly one in these statuses."""
        fitting = [part for part in self.model.parts if part.status in statuses]
        parts = fitting if fitting and which % 6 else self.model.parts
        return parts[which % len(parts)]

    def move(self, name: str, part: Part) -> None:
        row = self.row_of(part)
        # What is not picked up leaves with the courier.
        courier = {"courier": self.shop.courier} if name == "ship" and part.method == "courier" else {}
        self.do(
            name,
            lambda: VERBS[name](row, actor=Actor.STAFF, **courier),
            lambda: getattr(self.model, name)(part, *courier),
        )

    @precondition(lambda self: any(part.status in NEXT for part in self.model.parts))
    @rule(which=which, steps=st.integers(1, 4), mishap=mishaps)
    def go_on(self, which, steps, mishap):
        """A part makes the next steps on its way, as far as it comes."""
        under_way = [part for part in self.model.parts if part.status in NEXT]
        self.go(under_way[which % len(under_way)], steps, mishap)

    def go(self, part, steps, mishap):
        for _ in range(steps):
            if part.status in NEXT:
                if part.status in ("confirmed", "packed") and mishap == "recall":
                    self.recall(part)
                self.power_fails_before = 3 if mishap == "power" else self.power_fails_before
                self.move(NEXT[part.status], part)

    def recall(self, part):
        """One of its lots is blocked, before it is packed or after; new goods come, and it is packed from them."""
        lot = self.model.lots[self.model.kept_for(part)[0].lot]
        self.block(lot)
        self.move(NEXT[part.status], part)
        self.receive(lot.variant, 9, None)
        self.move("repack" if part.status == "packed" else "pack", part)

    @there_are_parts
    @rule(which=which, name=st.sampled_from(list(VERBS)))
    def move_at_will(self, which, name):
        """The right step or a wrong one, as from a page that was left open."""
        self.move(name, self.model.parts[which % len(self.model.parts)])

    @there_are_parts
    @rule(which=which)
    def come_back(self, which):
        """Refused at the door, or sent back later."""
        self.move("come_back", self.pick(which, "shipped", "delivered"))

    @there_are_parts
    @rule(
        which=which,
        by=st.sampled_from([Actor.BUYER, Actor.STAFF, Actor.CLOCK]),
        in_vain=st.booleans(),
        power_fails=st.booleans(),
    )
    def cancel(self, which, by, in_vain, power_fails):
        """While it may be, or when it has gone too far."""
        reason = CancelReason.NOT_CONFIRMED if by == Actor.CLOCK else CancelReason.OTHER
        in_time = ("placed",) if by == Actor.CLOCK else ("placed", "confirmed", "packed")
        part = self.pick(which, *(("packed", "shipped", "delivered") if in_vain else in_time))
        row = self.row_of(part)
        self.power_fails_before = 3 if power_fails else self.power_fails_before
        self.do(
            f"cancel by {by}",
            lambda: cancel_part(row, reason=reason, actor=by),
            lambda: self.model.cancel(part, by=str(by), reason=str(reason)),
        )
