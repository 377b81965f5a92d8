import secrets
from decimal import Decimal

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from catalog.money import ZERO, MoneyField
from catalog.products.models import KeptBecause
from catalog.products.units import Unit, format_size
from catalog.written_once import WrittenOnce

from ..statuses import Actor, DiscountBearer, PartStatus
from .reasons import CancelReason, ChangeReason
from .shares import shares_of


def new_order_token() -> str:
    """The secret part of an order's link: 128 random bits."""
    return secrets.token_urlsafe(16)


class Order(models.Model):
    """What a buyer ordered, as placed. It never changes; its parts move. Status and payment are derived from them."""

    number = models.CharField(_("number"), max_length=12, unique=True)
    token = models.CharField(max_length=32, unique=True, default=new_order_token, editable=False)
    # One order per checkout: placing the same cart again meets this.
    checkout_key = models.CharField(max_length=40, unique=True, editable=False)
    placed_at = models.DateTimeField(_("placed"), db_default=Now())
    language = models.CharField(_("language"), max_length=2)

    name = models.CharField(_("name"), max_length=120)
    phone = PhoneNumberField(_("telephone"), db_index=True)
    email = models.EmailField(_("e-mail"), blank=True)
    street = models.CharField(_("street or douar"), max_length=200, blank=True)
    landmark = models.CharField(_("landmark"), max_length=200, blank=True)
    commune = models.ForeignKey("store.Commune", null=True, on_delete=models.PROTECT, related_name="+")
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    note = models.CharField(_("note for the courier"), max_length=300, blank=True)

    total = MoneyField(_("total when placed"))
    # Empty where the shop had published no terms of sale: nobody was asked to accept any.
    terms_accepted_at = models.DateTimeField(null=True)
    terms_revision = models.ForeignKey("wagtailcore.Revision", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-placed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0), name="order_total_not_negative"),
            models.CheckConstraint(
                condition=Q(terms_revision=None) | Q(terms_accepted_at__isnull=False), name="order_terms_accepted_once"
            ),
        ]

    def __str__(self):
        return self.number


class CooperativeOrder(models.Model):
    """One cooperative's part of an order: its lines, its delivery, its status. There is always one, even for one seller."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parts")
    cooperative = models.ForeignKey(
        "catalog.Cooperative", verbose_name=_("cooperative"), on_delete=models.PROTECT, related_name="parts"
    )
    status = models.CharField(_("status"), max_length=10, choices=PartStatus, default=PartStatus.PLACED)
    confirm_by = models.DateTimeField(_("to be confirmed by"))
    cancel_reason = models.CharField(_("why it was canceled"), max_length=20, blank=True)

    # As placed; never changed afterwards.
    seller = models.CharField(_("seller"), max_length=400, help_text=_("Legal name, register entry and seat."))
    delivery_method = models.CharField(_("delivery"), max_length=12)
    delivery_price = MoneyField(_("price of delivery"))
    delivery_days_min = models.PositiveSmallIntegerField(default=0)
    delivery_days_max = models.PositiveSmallIntegerField(default=0)
    goods_total = MoneyField(_("goods"))
    discount = MoneyField(_("discount"), default=ZERO)
    # Who goes without what the buyer need not pay: the platform or the cooperative; empty where there is no discount.
    discount_bearer = models.CharField(max_length=12, blank=True, choices=DiscountBearer)
    total = MoneyField(_("total"))
    # How much less of it the buyer pays, since units of its lines are missing; the sum of these `LineChange`s.
    reduced_by = MoneyField(default=ZERO)
    placed_digest = models.CharField(max_length=64, editable=False)

    status_changes = GenericRelation("store.StatusChange", "row_id", "row_type")

    class Meta:
        verbose_name = _("part of an order")
        verbose_name_plural = _("parts of orders")
        ordering = ["order", "cooperative"]
        constraints = [
            models.UniqueConstraint(fields=["order", "cooperative"], name="part_cooperative_once_per_order"),
            models.CheckConstraint(condition=Q(status__in=PartStatus.values), name="part_status_known"),
            models.CheckConstraint(
                condition=Q(total=F("goods_total") + F("delivery_price") - F("discount")), name="part_total_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(delivery_price__gte=0, goods_total__gte=0), name="part_amounts_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(discount=0, discount_bearer="")
                | Q(discount__gt=0, discount__lte=F("goods_total"), discount_bearer__in=DiscountBearer.values),
                name="part_discount_has_a_bearer",
            ),
            models.CheckConstraint(
                condition=Q(reduced_by__gte=0, reduced_by__lte=F("goods_total") - F("discount")),
                name="part_reduced_by_no_more_than_goods",
            ),
        ]
        indexes = [models.Index(fields=["status", "confirm_by"], name="part_waiting")]

    def __str__(self):
        return f"{self.order} · {self.cooperative}"

    @property
    def due(self) -> Decimal:
        """What the buyer pays for it: the total as placed, less what could not be sent."""
        return self.total - self.reduced_by

    @property
    def is_cancelable(self) -> bool:
        """Until it is packed."""
        return self.status in (PartStatus.PLACED, PartStatus.CONFIRMED)

    def get_cancel_reason_display(self) -> str:
        """Why it was canceled, in the active language."""
        return str(dict(CancelReason.choices).get(self.cancel_reason, ""))

    @property
    def holders(self) -> list[str]:
        """The names under which its stock is kept, one for each line."""
        return [line.holder for line in self.lines.all()]


def holder_of(line_id: int | str) -> str:
    """What the catalog knows a line by."""
    return f"order-line:{line_id}"


def line_of(holder: str) -> int | None:
    """The line that the catalog knows by this; None where it is no line's."""
    kind, _colon, pk = holder.partition(":")
    return int(pk) if kind == "order-line" and pk.isascii() and pk.isdigit() and len(pk) < 19 else None


class OrderLine(models.Model):
    """A line as placed: name, size and price are copies, never read again from the catalog."""

    part = models.ForeignKey(CooperativeOrder, on_delete=models.PROTECT, related_name="lines")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="order_lines")
    name = models.CharField(max_length=120)
    name_fr: str  # one column for each language, by modeltranslation
    sku = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    unit = models.CharField(max_length=8, choices=Unit)
    quantity = models.PositiveSmallIntegerField()
    unit_price = MoneyField()
    amount = MoneyField()
    # Frozen with the price: what the voucher takes off, the tax within what is paid, and what the platform keeps of it.
    discount = MoneyField(default=ZERO)
    tax = MoneyField(default=ZERO)
    commission = MoneyField(default=ZERO)
    # Units that could not be sent; the sum of these `LineChange`s.
    missing = models.PositiveSmallIntegerField(default=0)
    # Why it cannot be given back, as the buyer read it; empty: it can be, unopened.
    kept_because = models.CharField(max_length=12, blank=True, choices=KeptBecause)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["part", "variant"], name="orderline_variant_once_per_part"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="orderline_quantity_positive"),
            models.CheckConstraint(
                condition=Q(amount=F("unit_price") * F("quantity")), name="orderline_amount_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=F("amount"), tax__gte=0, commission__gte=0)
                & Q(amount__gte=F("tax") + F("commission")),
                name="orderline_shares_within_amount",
            ),
            models.CheckConstraint(condition=Q(missing__lte=F("quantity")), name="orderline_missing_within_quantity"),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.sku}"

    @property
    def size_label(self) -> str:
        return format_size(self.size, self.unit)

    @property
    def units(self) -> int:
        """How many are sent: those that were ordered, less those that are missing."""
        return self.quantity - self.missing

    @property
    def reduced_by(self) -> Decimal:
        """What the buyer does not pay, because units are missing."""
        return shares_of(self, self.missing).paid

    @property
    def holder(self) -> str:
        return holder_of(self.pk)


class LineChange(WrittenOnce):
    """Less of a line than was placed: units that were canceled, are missing or came back. Written once, never edited."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="changes")
    quantity = models.PositiveSmallIntegerField()
    # What the buyer need not pay any more, and the shares of it; `orders/shares.py` counts them.
    amount = MoneyField()
    discount = MoneyField(default=ZERO)
    tax = MoneyField(default=ZERO)
    commission = MoneyField(default=ZERO)
    reason = models.CharField(_("reason"), max_length=12, choices=ChangeReason)
    # The same units come back once, however often somebody says so.
    key = models.CharField(max_length=80, null=True, unique=True)
    because = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=40, choices=Actor)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="linechange_quantity_positive"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, discount__gte=0, tax__gte=0, commission__gte=0),
                name="linechange_amounts_not_negative",
            ),
            models.CheckConstraint(condition=Q(reason__in=ChangeReason.values), name="linechange_reason_known"),
        ]

    def __str__(self):
        return f"−{self.quantity} of line {self.line_id}"
