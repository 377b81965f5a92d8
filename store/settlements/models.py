from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.money import MoneyField
from catalog.rib import LENGTH

from ..statuses import SettlementStatus

#: Still to be paid, or to be given up.
OPEN = (SettlementStatus.PROPOSED, SettlementStatus.APPROVED)
BANK_REFERENCE_LENGTH = 60


class Settlement(models.Model):
    """What a cooperative is owed up to a day, paid by a bank transfer that one person proposes and another approves."""

    cooperative = models.ForeignKey(
        "catalog.Cooperative", verbose_name=_("cooperative"), on_delete=models.PROTECT, related_name="settlements"
    )
    until = models.DateField(_("up to"))
    amount = MoneyField(_("amount"))
    #: Where it goes, as it was when it was proposed: it is what the second person approves.
    rib = models.CharField(_("RIB"), max_length=LENGTH)
    status = models.CharField(_("status"), max_length=12, choices=SettlementStatus, default=SettlementStatus.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"), db_default=Now())
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    paid_on = models.DateField(_("transferred on"), null=True)
    bank_reference = models.CharField(_("reference of the bank"), max_length=BANK_REFERENCE_LENGTH, blank=True)

    status_changes = GenericRelation("store.StatusChange", "row_id", "row_type")

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        ordering = ["until", "cooperative"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=SettlementStatus.values), name="settlement_status_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="settlement_amount_positive"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")), name="settlement_approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(status__in=(SettlementStatus.PROPOSED, SettlementStatus.WITHDRAWN))
                | Q(approved_by__isnull=False),
                name="settlement_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status=SettlementStatus.PAID) | Q(paid_on__isnull=False) & ~Q(bank_reference=""),
                name="settlement_paid_with_a_reference",
            ),
            models.UniqueConstraint(
                fields=["cooperative"], condition=Q(status__in=OPEN), name="settlement_one_open_per_cooperative"
            ),
        ]

    def __str__(self):
        return f"{self.cooperative} {self.until} {self.amount}"
