from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.money import ZERO, MoneyField, dirhams, format_money
from catalog.products.models import Category

from ..statuses import DiscountBearer
from .codes import MOST_LETTERS, fold_code


class VoucherQuerySet(models.QuerySet):
    def with_room(self):
        """Those that may be used once more."""
        return self.filter(Q(limit=None) | Q(used__lt=F("limit")))


class Voucher(models.Model):
    """A code that takes something off the goods of an order. What was placed with it stays, whatever becomes of it."""

    code = models.CharField(_("code"), max_length=MOST_LETTERS, unique=True)
    amount = MoneyField(_("amount"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(_("percent"), null=True, blank=True)
    bearer = models.CharField(_("who bears it"), max_length=12, choices=DiscountBearer, default=DiscountBearer.PLATFORM)
    # What it is for: all goods, unless a cooperative or a category is named.
    minimum = MoneyField(_("minimum of goods"), default=ZERO)
    cooperative = models.ForeignKey(
        "catalog.Cooperative", verbose_name=_("only goods of"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    category = models.ForeignKey(
        Category, verbose_name=_("only goods on the shelf"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    begins_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    limit = models.PositiveIntegerField(_("orders in all"), null=True, blank=True)
    limit_per_phone = models.PositiveIntegerField(_("orders of one telephone number"), null=True, blank=True)
    is_active = models.BooleanField(_("may be used"), default=True)
    #: Orders that use it now: those of `uses` that were not released.
    used = models.PositiveIntegerField(_("used"), default=0, editable=False)

    objects = VoucherQuerySet.as_manager()

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="voucher_has_a_code"),
            models.CheckConstraint(
                # What is empty is said to be: a comparison with nothing is neither true nor false, and would pass.
                condition=Q(amount__isnull=False, amount__gt=0, percent=None)
                | Q(amount=None, percent__isnull=False, percent__gte=1, percent__lte=100),
                name="voucher_amount_or_percent",
            ),
            models.CheckConstraint(condition=Q(minimum__gte=0), name="voucher_minimum_not_negative"),
            models.CheckConstraint(condition=Q(bearer__in=DiscountBearer.values), name="voucher_bearer_known"),
            models.CheckConstraint(
                condition=Q(begins_on=None) | Q(ends_on=None) | Q(begins_on__lte=F("ends_on")),
                name="voucher_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(used__gte=0) & (Q(limit=None) | Q(used__lte=F("limit"))), name="voucher_used_within_limit"
            ),
        ]

    def __str__(self):
        return self.code

    def save(self, *args, **kwargs):
        self.code = fold_code(self.code)
        super().save(*args, **kwargs)

    @property
    def worth(self) -> str:
        """10 % or 50,00 MAD, in the active language."""
        return f"{self.percent}\N{NO-BREAK SPACE}%" if self.amount is None else format_money(self.amount)

    @property
    def goods_label(self) -> str:
        """What it is for, in the active language; empty when it is for everything."""
        return " · ".join(str(named) for named in (self.cooperative, self.category) if named)

    def is_for(self, *, cooperative_id: int, category: Category) -> bool:
        """Goods of this cooperative on this shelf or on one inside it."""
        return self.cooperative_id in (None, cooperative_id) and self.category_id in (
            None,
            category.pk,
            category.parent_id,
        )

    def discount_on(self, goods: Decimal) -> Decimal:
        """What it takes off goods that it is for; never more than they cost."""
        if self.amount is None:
            return dirhams(goods * (self.percent or 0) / 100)
        return min(self.amount, goods)


class VoucherUse(models.Model):
    """An order that was placed with a voucher; released when nothing of it that had a discount is wanted any more."""

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="uses")
    order = models.OneToOneField("store.Order", on_delete=models.PROTECT, related_name="voucher_use")
    discount = MoneyField()
    at = models.DateTimeField(db_default=Now())
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(discount__gt=0), name="voucheruse_takes_something_off")]

    def __str__(self):
        return f"{self.voucher} · {self.order}"
