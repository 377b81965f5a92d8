from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.money import ZERO, MoneyField

from ..statuses import PaymentStatus


class DifferenceBearer(models.TextChoices):
    """Who answers for cash that is missing, and has what is too much."""

    COURIER = "courier", _("courier")
    PLATFORM = "platform", _("platform")


class Payment(models.Model):
    """Money that is to come or came: for one part in cash, for the parts of an order that are wanted by transfer."""

    order = models.ForeignKey("store.Order", on_delete=models.PROTECT, related_name="payments")
    part = models.ForeignKey("store.CooperativeOrder", null=True, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(_("method"), max_length=12)
    amount = MoneyField(_("amount"))
    status = models.CharField(_("status"), max_length=12, choices=PaymentStatus, default=PaymentStatus.EXPECTED)

    status_changes = GenericRelation("store.StatusChange", "row_id", "row_type")

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_amount_not_negative"),
            models.CheckConstraint(condition=Q(status__in=PaymentStatus.values), name="payment_status_known"),
            models.UniqueConstraint(
                fields=["part"], condition=~Q(status=PaymentStatus.EXPIRED), name="payment_one_live_per_part"
            ),
            models.UniqueConstraint(fields=["order"], condition=Q(part=None), name="payment_one_for_the_whole"),
            models.CheckConstraint(
                condition=~Q(status=PaymentStatus.PAID) | Q(part=None), name="payment_paid_is_for_the_whole"
            ),
        ]

    def __str__(self):
        return f"{self.method} {self.amount}"


class CashSheet(models.Model):
    """A courier hands over a day's cash: what it should be, what was counted, who answers for the difference."""

    courier = models.ForeignKey(
        "store.Courier", verbose_name=_("courier"), on_delete=models.PROTECT, related_name="cash_sheets"
    )
    at = models.DateTimeField(_("handed over"), db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: What its courier answered for since earlier sheets; part of what is expected.
    earlier = MoneyField(_("left from earlier sheets"), default=ZERO)
    expected = MoneyField(_("to hand over"))
    # Below zero where the platform pays the courier: the parcels carried in vain cost more than was collected.
    counted = MoneyField(_("counted"))
    bearer = models.CharField(_("who answers for the difference"), max_length=12, blank=True, choices=DifferenceBearer)
    because = models.CharField(_("why they differ"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("cash sheet")
        verbose_name_plural = _("cash sheets")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(counted=models.F("expected"), bearer="")
                | ~Q(counted=models.F("expected")) & Q(bearer__in=DifferenceBearer.values) & ~Q(because=""),
                name="cashsheet_difference_explained",
            ),
        ]

    def __str__(self):
        return f"{self.courier} {self.at:%Y-%m-%d}"
