"""Whoever settles, refunds or matches dies at the worst moments and does it again: each dirham is booked once, none is lost."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from secrets import token_hex

from django.utils import timezone

from catalog.money import total
from store.flows import books, import_statement, mails, refunds, take_money
from store.flows.reconcile import reconcile
from store.ledger.models import Holder
from store.ledger.queries import balance, lines_of
from store.models import OutboxMessage, Refund
from store.outbox.actions import deliver_due
from store.payments.statements import Row
from store.settlements import actions as settlements
from store.statuses import RefundStatus
from tests.factories import a_zone

from . import promises
from .dying import DIED, Act, Change, do
from .money_lives import LIVES, Life, RefundLife, SettlementLife, StatementLife
from .stage import Stage


def drill(stage: Stage) -> None:
    a_zone()
    deaths: Counter[str] = Counter()
    troubles: list[str] = []
    each = stage.sizes(whole=25, small=1)
    started = time.monotonic()
    lives = []
    for number in range(each):
        for kind in LIVES:
            lives.append(life := kind(number))
            for act in life.acts():
                troubles += suffer(act, deaths)
    stage.figure("seconds", round(time.monotonic() - started))
    for point, died in deaths.items():
        stage.figure(point, f"{died} died")
        stage.check(f"{each} died {point}", died == each, died)
    stage.check_none("whoever died left a whole deed or nothing, and the repeat ended it", troubles)
    stage.check_none("each step and each dirham is written once", more_or_less_than_once(lives))
    expected, bank = total(life.brings for life in lives), balance(lines_of(Holder.BANK))
    stage.figure("dirhams that came and went", f"{total(abs(life.brings) for life in lives)}")
    stage.check("the bank has what came less what went", bank == expected, f"{bank} of {expected}")
    stage.check_none("the books and the rows agree", reconcile())
    check_mails(stage, lives)


def suffer(act: Act, deaths: Counter, *, without: Iterable[Change] = ()) -> Iterator[str]:
    """The deed is begun again after each death, and once more in the end."""
    for place in act.places:
        ended = do(act.deed, until=place, without=without)
        if ended != DIED:
            yield f"{act.point(place)}: nobody died, it ended with status {ended}"
        elif (written := act.written()) != place.written:
            yield f"{act.point(place)}: {written} written, not {place.written}"
        deaths[act.point(place)] += ended == DIED
    if ended := do(act.deed, without=without):
        yield f"{act.name}: the repeat ended with status {ended}"


def more_or_less_than_once(lives: Iterable[Life]) -> Iterator[str]:
    for life in lives:
        for what, times in life.once().items():
            if times != 1:
                yield f"{type(life).__name__}: {times} {what}"


def check_mails(stage: Stage, lives: Iterable[Life]) -> None:
    """The worker never heard of them: the clock sends them."""
    written = set(OutboxMessage.objects.values_list("key", flat=True))
    missing = {key for life in lives for key in life.mails()} - written
    stage.check_none("each mail was written with what it tells", missing)
    while deliver_due(mails.compose, now=timezone.now()):
        pass
    sent = promises.mails_in(stage.folder / "mail")
    stage.figure("mails", f"{len(sent)}, {sent.total() - len(sent)} of them twice")
    stage.check_none("0 mails missing", promises.unsent_mails(sent))
    stage.check("no mail was sent twice", sent.total() == len(sent), sent.total() - len(sent))


# -- The controls: each guard is taken out of the processes, and the money must show it -------------------------------


def control(stage: Stage) -> None:
    """Each time somebody dies at one point and does it again, without a guard."""
    known = set(reconcile())
    life = RefundLife(-1)
    cut_short(life, "paying a refund, between its status and the books", without=one_transaction)
    lost = Refund.objects.filter(part=life.part, status=RefundStatus.PAID).count() - life.once()["refunds in the books"]
    tell(stage, "one transaction", f"{lost} refund lost to the books", shows=lost == 1)
    stage.check("the nightly look names the lost refund", bool(set(reconcile()) - known))

    known = set(reconcile())
    settled = SettlementLife(-1)
    cut_short(settled, "paying a month, before the answer", without=status_and_key)
    tell(stage, "status and key", f"{doubled(settled)} settlements in the books twice", shows=doubled(settled) == 2)
    stage.check("the nightly look names the doubled settlements", bool(set(reconcile()) - known))

    imported = StatementLife(-1)
    cut_short(imported, "importing a statement, after the commit", without=fingerprints)
    do(take_money.match_new_lines)  # the clock finds the lines of both
    tell(stage, "fingerprints", f"{doubled(imported)} transfers in the books twice", shows=doubled(imported) == 2)


def tell(stage: Stage, guard: str, seen: str, *, shows: bool) -> None:
    stage.figure(f"control without {guard}", seen)
    stage.check(f"the control without {guard} shows it", shows, seen)


def doubled(life: Life) -> int:
    return sum(times == 2 for what, times in life.once().items() if what.endswith("in the books"))


def cut_short(life: Life, point: str, *, without: Change) -> None:
    """Somebody dies there and nowhere else; what comes after the repeat is left."""
    for act in life.acts():
        here = [place for place in act.places if act.point(place) == point]
        for _trouble in suffer(replace(act, places=here), Counter(), without=[without] if here else ()):
            pass  # what it leaves is looked at by whoever asked
        if here:
            return


def one_transaction() -> None:
    """Paying a refund is many small writes."""

    def read(refund: Refund) -> Refund:
        return Refund.objects.select_related("part__order").get(pk=refund.pk)

    refunds._locked = read
    refunds.pay_refund = refunds.pay_refund.__wrapped__


def status_and_key() -> None:
    """Nobody looks whether a settlement is paid, and each booking has a key of its own."""
    mark_paid, write = settlements.mark_paid, books.write
    settlements.mark_paid = lambda *which, **how: mark_paid(*which, **how) or True
    books.write = lambda act, key, legs, **about: write(act, f"{key}:{token_hex(4)}", legs, **about)


def fingerprints() -> None:
    """Neither a file nor a line is known again."""
    import_statement.digest_of = lambda content: token_hex(32)
    Row.fingerprint = property(lambda row: token_hex(32))
