"""Platform staff at work in the admin over HTTP: they count, block and take in lots, and bring parts on their way."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from random import Random

from django.contrib.auth.models import Permission
from django.db import connection

from catalog.models import Lot
from store.models import CooperativeOrder, User
from store.statuses import PartStatus

from ..pages.admin_people import STAFF
from .buyers import Answer, NoAnswer, Visitor, form_in

PASSWORD = "a password for drills"
RETRY = "at the same moment"
NEXT = {
    PartStatus.PLACED: PartStatus.CONFIRMED,
    PartStatus.CONFIRMED: PartStatus.PACKED,
    PartStatus.PACKED: PartStatus.SHIPPED,
}
#: Parts that staff choose among: so few that they meet each other and the buyers who cancel.
LATEST = 40

_codes = itertools.count(1)


class NotLoggedIn(Exception):
    """The admin did not open."""


def hire(username: str) -> None:
    user = User.objects.create_user(username, email=f"{username}@example.org", password=PASSWORD)
    user.user_permissions.set(Permission.objects.filter(codename__in=STAFF))


class StaffMember(Visitor):
    """One person with a browser; each deed opens its form, sends it and reads the page that follows."""

    def __init__(self, port: int, username: str, *, address: str, chance: Random, never_blocked: Iterable[int]):
        super().__init__(port, address=address)
        self.username, self.chance, self.never_blocked = username, chance, set(never_blocked)
        #: How often each deed was done, was refused for a good reason, or was to be tried again.
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.retries: Counter[str] = Counter()

    def log_in(self) -> None:
        path = "/admin/login/"
        form = form_in(self.read(path).body, action=path)
        answer = self.post(path, form | {"username": self.username, "password": PASSWORD, "next": "/admin/"})
        if answer.status != 302 or "sessionid" not in self.cookies:
            raise NotLoggedIn(f"{answer.status} for {self.username}")

    def do_something(self) -> None:
        deeds = [self.move_part] * 6 + [
            self.cancel_part,
            self.adjust,
            self.adjust,
            self.block,
            self.unblock,
            self.receive,
        ]
        self.chance.choice(deeds)()

    # -- Parts --------------------------------------------------------------------------------------------------------

    def move_part(self) -> None:
        status = self.chance.choice(list(NEXT))
        if part := self.one_of(CooperativeOrder.objects.filter(status=status).order_by("-pk")[:LATEST]):
            form = f"/admin/orders/parts/{part.pk}/move/"
            wish = {"to": NEXT[status], "note": ""}
            self.do(f"{NEXT[status]}", f"/admin/orders/inspect/{part.order_id}/", form, wish, "is now “")

    def cancel_part(self) -> None:
        open_parts = CooperativeOrder.objects.filter(status__in=list(NEXT)).order_by("-pk")
        if part := self.one_of(open_parts[:LATEST]):
            form = f"/admin/orders/parts/{part.pk}/cancel/"
            self.do("canceled", form, form, {"reason": "unreachable", "is_sure": "on"}, "is canceled.")

    # -- Lots ---------------------------------------------------------------------------------------------------------

    def adjust(self) -> None:
        if lot := self.one_of(Lot.objects.all()):
            wish = {"change": self.chance.choice([-2, -1, 1, 2, 3]), "reason": "A count"}
            self.do_to_lot("adjust", lot, wish, "The count was corrected.")

    def block(self) -> None:
        if lot := self.one_of(Lot.objects.filter(blocked_at=None).exclude(pk__in=self.never_blocked)):
            self.do_to_lot("block", lot, {"reason": "A doubt"}, "The lot is blocked.")

    def unblock(self) -> None:
        if lot := self.one_of(Lot.objects.exclude(blocked_at=None)):
            self.do_to_lot("unblock", lot, {"reason": "No doubt"}, "The lot may be sold again.")

    def receive(self) -> None:
        form = "/admin/lots/new/"
        wish = {
            "variant": self.chance.choice(list(Lot.objects.values_list("variant", flat=True).distinct())),
            "code": f"NEW-{next(_codes)}", "quantity": 5, "best_before_precision": "day",
        }  # fmt: skip
        self.do("receive", form, form, wish, "was taken in.")

    def do_to_lot(self, deed: str, lot: Lot, wish: dict, success: str) -> None:
        form = f"/admin/lots/{deed}/{lot.pk}/"
        self.do(deed, form, form, wish, success)

    # -- How they do it -----------------------------------------------------------------------------------------------

    def one_of(self, rows):
        rows = list(rows)
        return self.chance.choice(rows) if rows else None

    def do(self, deed: str, page: str, form: str, wish: dict, success: str) -> None:
        shown = form_in(self.read(page).body, action=form)
        if not shown:  # somebody else did something else with this part or lot before the page was opened
            self.refused[deed] += 1
            return
        answer = self.post(form, shown | wish, {"Accept-Language": "en"})
        page_after = self.read(answer.location).body if answer.status == 302 else answer.body
        said = self.done if success in page_after else self.retries if RETRY in page_after else self.refused
        said[deed] += 1

    def read(self, path: str) -> Answer:
        return self.get(path, {"Accept-Language": "en"})


class StaffAtWork:
    """`with StaffAtWork(members):` each does one thing after the other until the block ends."""

    def __init__(self, members: Iterable[StaffMember]):
        self.members = list(members)
        self.failures: list[str] = []
        self._is_closing = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=[member], daemon=True) for member in self.members]

    def __enter__(self) -> "StaffAtWork":
        for member in self.members:
            member.log_in()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._is_closing.set()
        for thread in self._threads:
            thread.join()

    def total(self, of: Callable[[StaffMember], Counter]) -> Counter:
        return sum((of(member) for member in self.members), Counter())

    def _work(self, member: StaffMember) -> None:
        try:
            while not self._is_closing.is_set():
                member.do_something()
        except NoAnswer as error:
            self.failures.append(f"{member.username}: {error}")
        finally:
            connection.close()
