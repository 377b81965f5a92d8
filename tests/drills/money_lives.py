"""Money on its way: what people do with it one after the other, where each deed may be cut short, and what must be there once.

A deed is what a person does again when no answer came: the same form, the same file, the same press.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from django.utils import timezone

from catalog.money import total
from store.flows import books, import_statement, mails, refunds, settle, take_money
from store.flows.import_statement import AlreadyImported
from store.flows.take_money import AlreadyMatched
from store.models import (
    BankStatement,
    CooperativeOrder,
    LedgerEntry,
    LedgerLine,
    MoneyTask,
    Payment,
    Refund,
    Settlement,
    StatementLine,
)
from store.outbox import actions as outbox
from store.payments import tasks
from store.payments.bank import LineStatus
from store.payments.statements import digest_of
from store.refunds.models import RefundWay
from store.settlements import actions as settlements
from store.statuses import Actor, PartStatus, RefundStatus, SettlementStatus, StatusChange
from tests.factories import (
    CooperativeFactory,
    CourierFactory,
    LotFactory,
    a_bank_format,
    a_debt,
    a_file,
    a_part,
    a_person,
    a_sold_part,
    a_transfer,
    book_in,
    last_month,
)

from .dying import Act, Place, around_commit, before, or_told


class Life:
    """One case from its beginning to its end."""

    #: What the bank has more by the end, in dirhams.
    brings = Decimal(0)

    def acts(self) -> Iterator[Act]:
        """One after the other: each is over when the next is asked for."""
        raise NotImplementedError

    def once(self) -> dict[str, int]:
        """What must be there exactly once, and how often it is."""
        raise NotImplementedError

    def mails(self) -> set[str]:
        """The keys of the mails that it calls for."""
        return set()


def booked(act: str, **which) -> int:
    return LedgerEntry.objects.filter(act=act, **which).count()


def moves_of(row) -> dict[str, int]:
    """How often a row came to each of its statuses."""
    changes = StatusChange.objects.filter(row_id=row.pk, row_type__model=row._meta.model_name)
    return {
        f"{row._meta.model_name} {now}": times for now, times in Counter(changes.values_list("now", flat=True)).items()
    }


class RefundLife(Life):
    """A jar came back: its price is asked for, approved, paid."""

    brings = Decimal("-85.00")

    def __init__(self, number: int):
        self.part = a_debt(a_sold_part(courier=CourierFactory()))
        self.key = f"form {number}"

    @property
    def refund(self) -> Refund:
        return Refund.objects.get(key=self.key)

    def acts(self) -> Iterator[Act]:
        mine = Refund.objects.filter(key=self.key)
        amal = a_person("amal")
        yield Act("asking for a refund", self.ask, mine.count, around_commit(written=1))
        seen = refunds.seal(self.refund)
        yield Act(
            "approving a refund",
            lambda: refunds.approve_refund(self.refund, seen=seen, by=amal),
            mine.exclude(status=RefundStatus.ASKED).count,
            around_commit(written=1),
        )
        yield Act(
            "paying a refund",
            lambda: refunds.pay_refund(self.refund, reference="VIR 1", by=amal),
            mine.filter(status=RefundStatus.PAID).count,
            [
                Place("between its status and the books", before(books, "book_refunded"), 0),
                Place("between the books and the mail", before(outbox, "write"), 0),
                *around_commit(written=1),
            ],
        )

    def ask(self) -> None:
        refunds.ask_refund(self.part, Decimal(85), way=RefundWay.CASH, key=self.key, actor=Actor.STAFF)

    def once(self) -> dict[str, int]:
        return {
            **moves_of(self.refund),
            "refunds": self.part.refunds.count(),
            "refunds in the books": booked("refunded", part=self.part),
        }

    def mails(self) -> set[str]:
        return {f"{mails.REFUND_PAID}:{self.refund.pk}"}


class SettlementLife(Life):
    """Two cooperatives are owed 170 dirhams each, beside a parcel that they brought themselves and whose cash they have."""

    brings = Decimal("-340.00")

    def __init__(self, number: int):
        self.cooperatives = CooperativeFactory.create_batch(2)
        parts = []
        for cooperative in self.cooperatives:
            for courier in (CourierFactory(), None):
                lot = LotFactory(variant__product__sale__cooperative=cooperative)
                parts.append(a_part(PartStatus.DELIVERED, lot=lot, courier=courier))
        book_in(last_month(), part__in=parts)
        self.parts = parts

    @property
    def settlements(self):
        return Settlement.objects.filter(cooperative__in=self.cooperatives).order_by("pk")

    def acts(self) -> Iterator[Act]:
        month, amal, badr = last_month(), a_person("amal"), a_person("badr")
        yield Act(
            "proposing a month",
            lambda: settle.propose_all(month, by=amal),
            self.settlements.count,
            [
                Place("between two cooperatives", before(settle, "propose", time=2), 1),
                *around_commit(before=1, written=2),
            ],
        )
        approved = self.settlements.exclude(status=SettlementStatus.PROPOSED)
        yield Act(
            "approving a month",
            lambda: settle.approve_all(month, by=badr),
            approved.count,
            [
                Place("between two cooperatives", before(settle, "approve", time=2), 1),
                *around_commit(before=1, written=2),
            ],
        )
        sent = [(settlement, f"VIR {settlement.pk}") for settlement in self.settlements]
        yield Act(
            "paying a month",
            lambda: settle.pay_all(sent, paid_on=timezone.localdate(), by=amal),
            self.settlements.filter(status=SettlementStatus.PAID).count,
            [
                Place("between its status and the books", before(books, "book_settled"), 0),
                Place("between the books and the cash that is netted", before(settle, "hand_over"), 0),
                Place("between two transfers", before(settlements, "take_turns", time=2), 1),
                *around_commit(before=1, written=2, time=2),  # the first finds its transfer written
            ],
        )

    def once(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for settlement in self.settlements:
            its = settlement.cooperative_id
            found |= {f"{move} of cooperative {its}": times for move, times in moves_of(settlement).items()}
            found[f"transfers to cooperative {its} in the books"] = LedgerLine.objects.filter(
                entry__act="settled", account__code=f"cooperative:goods:{its}"
            ).count()
        for payment in Payment.objects.filter(part__in=self.parts, part__shipment__courier=None):
            found |= {f"{move} of payment {payment.pk}": times for move, times in moves_of(payment).items()}
        return found


class StatementLife(Life):
    """Three files of the bank: orders that they name, and a line that names none and is matched by hand."""

    def __init__(self, number: int):
        a_bank_format()
        self.orders = [a_transfer() for _ in range(6)]
        self.named, self.by_hand = self.orders[:5], self.orders[5]
        self.brings = total(order.total for order in self.orders)
        first, second, third, fourth, fifth = (self.row(order) for order in self.named)
        self.unknown = f"VIREMENT SANS NOM {number}"
        self.files = [
            a_file(first, second, (self.unknown, f"{self.by_hand.total}")),
            a_file(third, fourth),
            a_file(fifth),
        ]

    @staticmethod
    def row(order) -> tuple[str, str]:
        return order.number, f"{order.total}"

    def lines_in(self, content: bytes):
        return StatementLine.objects.filter(statement__digest=digest_of(content))

    def importing(self, content: bytes, places: list[Place]) -> Act:
        """What is there of a file: it, and each of its lines that was looked at."""

        def written() -> int:
            files = BankStatement.objects.filter(digest=digest_of(content)).count()
            return files + self.lines_in(content).exclude(status=LineStatus.NEW).count()

        deed = or_told(lambda: import_statement.import_statement(content, file_name="releve.csv"), AlreadyImported)
        return Act("importing a statement", deed, written, places)

    def acts(self) -> Iterator[Act]:
        before_its_commit, after_its_commit, before_the_answer = around_commit(written=1)
        first, second, third = self.files
        yield self.importing(first, [before_its_commit, after_its_commit])
        # Whoever sends the file again hears that it was imported; the clock goes on with its lines.
        yield Act(
            "matching what an import left",
            take_money.match_new_lines,
            self.lines_in(first).exclude(status=LineStatus.NEW).count,
            [
                Place("between the payment and the books", before(books, "book_transferred"), 0),
                Place("between the books and the mails", before(outbox, "write"), 0),
                Place("between two lines", before(take_money, "match_line", time=2), 1),
                *around_commit(before=1, written=2)[:2],
                around_commit(written=3)[2],
            ],
        )
        line = self.lines_in(first).get(label=self.unknown)
        yield Act(
            "matching a line by hand",
            or_told(lambda: take_money.match_by_hand(line, self.by_hand, by=a_person("amal")), AlreadyMatched),
            self.lines_in(first).filter(status=LineStatus.MATCHED, label=self.unknown).count,
            [
                Place("between the books and the end of its task", before(tasks, "end_of_line"), 0),
                *around_commit(written=1),
            ],
        )
        between = Place("between two lines", before(take_money, "match_line", time=2), 2)
        yield self.importing(second, [between])
        yield self.importing(third, [replace(before_the_answer, written=2)])
        yield Act("matching what an import left", take_money.match_new_lines, lambda: 0, [])

    def once(self) -> dict[str, int]:
        found = {"tasks": MoneyTask.objects.filter(line__in=self.lines_in(self.files[0])).count()}
        for number, content in enumerate(self.files, start=1):
            found[f"imports of file {number}"] = BankStatement.objects.filter(digest=digest_of(content)).count()
        for order in self.orders:
            found[f"lines of order {order.number}"] = StatementLine.objects.filter(payment__order=order).count()
            found[f"transfers of order {order.number} in the books"] = booked("transferred", order=order)
            payment = order.payments.get()
            found |= {f"{move} of order {order.number}": times for move, times in moves_of(payment).items()}
        return found

    def mails(self) -> set[str]:
        lines = StatementLine.objects.filter(payment__order__in=self.orders).values_list("pk", flat=True)
        parts = CooperativeOrder.objects.filter(order__in=self.orders).values_list("pk", flat=True)
        return {f"{mails.TRANSFER_RECEIVED}:{pk}" for pk in lines} | {f"{mails.PART_TO_PREPARE}:{pk}" for pk in parts}


LIVES: list[type[Life]] = [RefundLife, SettlementLife, StatementLife]
