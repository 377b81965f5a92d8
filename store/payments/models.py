from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.money import MoneyField

from ..statuses import PaymentStatus


class Payment(models.Model):
    """Money that is to come or came: for one part in cash, later for a whole order by card or transfer."""

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
        ]

    def __str__(self):
        return f"{self.method} {self.amount}"
