"""What the bank says: statements, their lines, and the money among them that somebody has to look at."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.money import MoneyField
from catalog.written_once import WrittenOnce


class BankFormat(models.Model):
    """How a bank names the columns of its statements; mapped once, when the first of them is read."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    date = models.CharField(_("day"), max_length=80)
    label = models.CharField(_("label"), max_length=80)
    # Either one column with a sign, or one of what came in and perhaps another of what went out.
    amount = models.CharField(_("amount, with its sign"), max_length=80, blank=True)
    credit = models.CharField(_("credit"), max_length=80, blank=True)
    debit = models.CharField(_("debit"), max_length=80, blank=True)
    sender = models.CharField(_("sender"), max_length=80, blank=True)
    number = models.CharField(_("number of the operation"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("columns of a bank")
        verbose_name_plural = _("columns of banks")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(amount="") & Q(credit="", debit="") | Q(amount="") & ~Q(credit=""),
                name="bankformat_one_way_to_say_amounts",
            )
        ]

    def __str__(self):
        return self.name


class BankStatement(WrittenOnce):
    """A file of the bank, imported once."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    file_name = models.CharField(_("file"), max_length=120)
    format = models.ForeignKey(BankFormat, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("imported"), db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # Lines that the file had and another line, in it or in an earlier file, had told already.
    doubled = models.PositiveIntegerField(_("doubled lines"), default=0)

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return self.file_name


class LineStatus(models.TextChoices):
    """Of a `StatementLine`."""

    NEW = "new", _("to be matched")
    MATCHED = "matched", _("matched")
    TASK = "task", _("to be looked at")
    IGNORED = "ignored", _("set aside")


class StatementLine(WrittenOnce):
    """Money that came or went, as the bank tells it. Each is booked once, on the order that it is for."""

    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    booked_on = models.DateField(_("day"))
    amount = MoneyField(_("amount"))
    label = models.CharField(_("label"), max_length=300)
    sender = models.CharField(_("sender"), max_length=120, blank=True)
    number = models.CharField(_("number of the operation"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=LineStatus, default=LineStatus.NEW)
    payment = models.ForeignKey("store.Payment", null=True, on_delete=models.PROTECT, related_name="statement_lines")

    class Meta:
        verbose_name = _("line of a statement")
        verbose_name_plural = _("lines of statements")
        ordering = ["pk"]
        indexes = [models.Index(fields=["status"], name="statementline_status")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=LineStatus.MATCHED, payment__isnull=False, amount__gt=0)
                | Q(status__in=(LineStatus.NEW, LineStatus.TASK), payment=None, amount__gt=0)
                | Q(status=LineStatus.IGNORED, payment=None),
                name="statementline_payment_if_matched",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="statementline_amount_not_zero"),
        ]

    def __str__(self):
        return f"{self.booked_on:%Y-%m-%d} {self.label}"

    @property
    def is_like_another(self) -> bool:
        """Another line of its file tells the same: a second transfer, or one that the bank told twice."""
        told = {"booked_on": self.booked_on, "amount": self.amount, "label": self.label, "sender": self.sender}
        others = StatementLine.objects.filter(statement=self.statement_id, **told).exclude(pk=self.pk)
        return not self.number and others.exists()


class TaskKind(models.TextChoices):
    """Why somebody has to look at money."""

    UNKNOWN_REFERENCE = "unknown", _("unknown reference")
    TOO_MUCH = "too_much", _("too much")
    TOO_LITTLE = "too_little", _("too little")
    LATE = "late", _("late and sold out")
    PAID_TWICE = "paid_twice", _("paid twice")
    CANCELED_PART = "canceled_part", _("for a canceled part")
    HELD = "held", _("another amount came than was asked for")
    REFUND_FAILED = "refund_failed", _("could not go back to the card")
    TAKEN_BACK = "taken_back", _("given back at the provider, nobody knows what for")
    DISPUTE = "dispute", _("disputed by the buyer’s bank")


class Ending(models.TextChoices):
    """How money ended that is no order's."""

    SENT_BACK = "sent_back", _("it went back to whoever sent it")
    TOLD_TWICE = "told_twice", _("the bank told one transfer twice: it never came")
    KEPT = "kept", _("it is the platform's, and no sale")
    PAID_BY_COOPERATIVE = "cooperative", _("a cooperative paid what it owes")
    PAID_BY_PROVIDER = "provider", _("a card provider paid out what it held")


#: What came for an order and is not needed: it goes back.
SURPLUS = (
    TaskKind.TOO_MUCH, TaskKind.TOO_LITTLE, TaskKind.LATE, TaskKind.PAID_TWICE, TaskKind.CANCELED_PART
)  # fmt: skip
#: What a provider took back: somebody says who bears it.
TO_BE_BORNE = (TaskKind.DISPUTE, TaskKind.TAKEN_BACK)


class MoneyTask(models.Model):
    """Money that is not simply an order's: whose work it is, until when, and how it ended."""

    kind = models.CharField(_("kind"), max_length=16, choices=TaskKind)
    order = models.ForeignKey("store.Order", null=True, on_delete=models.PROTECT, related_name="money_tasks")
    line = models.ForeignKey(StatementLine, null=True, on_delete=models.PROTECT, related_name="tasks")
    # What came by card.
    attempt = models.ForeignKey("store.PaymentAttempt", null=True, on_delete=models.PROTECT, related_name="tasks")
    # Of a dispute, or of money that somebody gave back at the provider: which one.
    dispute = models.OneToOneField("store.Dispute", null=True, on_delete=models.PROTECT, related_name="task")
    # Of what was paid in advance and is not delivered.
    part = models.ForeignKey("store.CooperativeOrder", null=True, on_delete=models.PROTECT, related_name="money_tasks")
    amount = MoneyField(_("amount"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("since"), db_default=Now())
    due_on = models.DateField(_("until"))
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    because = models.CharField(_("how it ended"), max_length=300, blank=True)
    #: Of money that is no order's.
    ending = models.CharField(max_length=11, choices=Ending, blank=True)
    #: Where the buyer wants a surplus to go: 24 digits, forgotten some days after it went.
    rib = models.CharField(_("account of the buyer"), max_length=24, blank=True)
    # It went back to the card that it came with.
    by_card = models.BooleanField(default=False)
    #: Of the payment by which it went back to the buyer.
    reference = models.CharField(_("reference of the payment"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("money to look at")
        verbose_name_plural = _("money to look at")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "kind"], name="moneytask_kind_once_per_line"),
            models.UniqueConstraint(
                fields=["attempt", "kind"], condition=Q(kind__in=SURPLUS), name="moneytask_kind_once_per_attempt"
            ),
            models.CheckConstraint(condition=Q(kind__in=TaskKind.values), name="moneytask_kind_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="moneytask_amount_positive"),
            models.CheckConstraint(
                condition=Q(ending="")
                | Q(
                    ending__in=Ending.values, kind=TaskKind.UNKNOWN_REFERENCE, done_at__isnull=False, line__isnull=False
                ),
                name="moneytask_ending_of_nobodys_money",
            ),
            models.CheckConstraint(
                condition=Q(line__isnull=False) | Q(order__isnull=False), name="moneytask_names_its_money"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, because="") | Q(done_at__isnull=False) & ~Q(because=""),
                name="moneytask_end_explained",
            ),
            models.CheckConstraint(
                condition=Q(reference="")
                | Q(done_at__isnull=False, order__isnull=False) & (Q(line__isnull=False) | Q(attempt__isnull=False)),
                name="moneytask_given_back_came",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.order or self.line}"

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    @property
    def is_surplus(self) -> bool:
        """It came, is an order's in the books, and goes back. The price of a part that was canceled later has no line."""
        came = self.line_id is not None or self.attempt_id is not None
        # A surplus that a card's bank sent back is one again.
        return came and (self.kind in SURPLUS or (self.kind == TaskKind.REFUND_FAILED and self.part_id is None))
