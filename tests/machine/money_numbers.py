"""The rows of what is paid in advance, goes back and is paid out, read back in the words of the model."""

from catalog.money import to_centimes
from store.models import LineChange, MoneyTask, Payment, Refund, Settlement, StatementLine, Voucher, VoucherUse

from .money_model import MoneyModel
from .shop import Numbers, Shop


class MoneyNumbers(Numbers):
    def __init__(self, shop: Shop):
        super().__init__(shop)
        self.vouchers = [voucher.pk for voucher in shop.vouchers]
        self.bank_lines: dict[int, int] = {}
        self.refunds: dict[int, int] = {}
        self.settlements: dict[int, int] = {}

    def about(self, kind: str) -> dict[int, int]:
        return {"transfer_received": self.bank_lines, "refund_paid": self.refunds, "refund_refused": self.refunds}.get(
            kind
        ) or super().about(kind)

    def _line_number(self, pk: int) -> int:
        return self.holders[f"order-line:{pk}"] or 0

    def _wholes(self) -> list[tuple]:
        columns = Payment.objects.filter(part=None).values_list("order", "amount", "status").order_by("pk")
        return [(self.orders[order], to_centimes(amount), status) for order, amount, status in columns]

    def _vouchers(self) -> list[int]:
        return list(Voucher.objects.filter(pk__in=self.vouchers).order_by("pk").values_list("used", flat=True))

    def _uses(self) -> list[tuple]:
        columns = VoucherUse.objects.values_list("order", "discount", "released_at").order_by("pk")
        return [(self.orders[order], to_centimes(discount), bool(released)) for order, discount, released in columns]

    def _bank_lines(self) -> list[tuple]:
        columns = StatementLine.objects.values_list("amount", "status", "payment__order").order_by("pk")
        return [(to_centimes(amount), status, self.orders.get(order)) for amount, status, order in columns]

    def _tasks(self) -> list[tuple]:
        columns = MoneyTask.objects.values_list("kind", "order", "amount", "done_at").order_by("pk")
        return [
            (kind, self.orders.get(order), to_centimes(amount), bool(done)) for kind, order, amount, done in columns
        ]

    def _changes(self) -> list[tuple]:
        columns = LineChange.objects.values_list("line", "quantity", "amount", "discount", "commission").order_by("pk")
        return [
            (self._line_number(line), quantity, *(to_centimes(amount) for amount in amounts))
            for line, quantity, *amounts in columns
        ]

    def _refunds(self) -> list[tuple]:
        columns = Refund.objects.values_list("part", "amount", "way", "status").order_by("pk")
        return [(self.parts[part], to_centimes(amount), way, status) for part, amount, way, status in columns]

    def _settlements(self) -> list[tuple]:
        columns = Settlement.objects.values_list("cooperative", "amount", "status").order_by("pk")
        return [(self.cooperatives[owner], to_centimes(amount), status) for owner, amount, status in columns]

    def rows_of(self, model: MoneyModel) -> dict[str, list]:
        return super().rows_of(model) | {
            "wholes": [(order, whole.amount, whole.status) for order, whole in model.wholes.items()],
            "vouchers": [voucher.used for voucher in model.vouchers],
            "uses": [(order, use.discount, use.is_released) for order, use in model.uses.items()],
            "bank_lines": model.bank_lines,
            "tasks": [(task.kind, task.order, task.amount, task.is_done) for task in model.tasks],
            "changes": model.changes,
            "refunds": [
                (model.parts.index(refund.part), refund.amount, refund.way, refund.status) for refund in model.refunds
            ],
            "settlements": [(its.cooperative, its.amount, its.status) for its in model.settlements],
        }
