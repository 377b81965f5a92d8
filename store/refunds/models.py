from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.money import MoneyField

from ..statuses import RefundStatus, ReturnStatus


class RefundWay(models.TextChoices):
    """How money goes back to a buyer."""

    TRANSFER = "transfer", _("bank transfer")
    CASH = "cash", _("cash")
    ORIGINAL = "original", _("the way it was paid")


#: A refund in one of these is still to come.
OPEN_REFUND = (RefundStatus.ASKED, RefundStatus.APPROVED)
#: A return in one of these is still to be decided or to arrive.
OPEN_RETURN = (ReturnStatus.ASKED, ReturnStatus.ACCEPTED)


class Refund(models.Model):
    """Money that goes back to the buyer of a part, out of the payment that it came with."""

    #: The same refund is asked for once, however often its form is sent.
    key = models.CharField(max_length=60, unique=True)
    order = models.ForeignKey("store.Order", on_delete=models.PROTECT, related_name="refunds")
    part = models.ForeignKey("store.CooperativeOrder", on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey("store.Payment", on_delete=models.PROTECT, related_name="refunds")
    amount = MoneyField(_("amount"))
    way = models.CharField(_("way"), max_length=10, choices=RefundWay)
    # Of a person: deleted some time after the refund has ended.
    rib = models.CharField(_("RIB"), max_length=24, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=RefundStatus, default=RefundStatus.ASKED)
    # Frozen with the amount: whether nobody may do two steps in a row.
    needs_two = models.BooleanField(default=False)

    asked_at = models.DateTimeField(_("asked for"), db_default=Now())
    # Empty where the buyer asked.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(_("paid or refused"), null=True, blank=True)
    reference = models.CharField(_("reference of the payment"), max_length=60, blank=True)

    status_changes = GenericRelation("store.StatusChange", "row_id", "row_type")

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["part"], condition=Q(status__in=OPEN_REFUND), name="refund_one_open_per_part"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(condition=Q(status__in=RefundStatus.values), name="refund_status_known"),
            models.CheckConstraint(condition=Q(way__in=RefundWay.values), name="refund_way_known"),
            models.CheckConstraint(condition=Q(way=RefundWay.TRANSFER) | Q(rib=""), name="refund_rib_of_a_transfer"),
            models.CheckConstraint(
                condition=Q(status__in=OPEN_REFUND) | Q(ended_at__isnull=False),
                name="refund_ended_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=RefundStatus.PAID) | ~Q(reference=""), name="refund_paid_has_a_reference"
            ),
            models.CheckConstraint(
                condition=Q(needs_two=False) | (~Q(approved_by=F("created_by")) & ~Q(paid_by=F("approved_by"))),
                name="refund_two_people_where_needed",
            ),
        ]

    def __str__(self):
        return f"{self.part} · {self.get_way_display()}"


class ReturnReason(models.TextChoices):
    """Why a buyer gives something back."""

    CHANGED_MIND = "changed_mind", _("I changed my mind")
    DAMAGED = "damaged", _("It arrived damaged")
    WRONG = "wrong", _("It is not what I ordered")
    SPOILED = "spoiled", _("Something is wrong with it")
    OTHER = "other", _("Another reason")


class ReturnRequest(models.Model):
    """A buyer wants to give back some of a part that was delivered."""

    part = models.ForeignKey("store.CooperativeOrder", on_delete=models.PROTECT, related_name="return_requests")
    status = models.CharField(_("status"), max_length=12, choices=ReturnStatus, default=ReturnStatus.ASKED)
    asked_at = models.DateTimeField(_("asked for"), db_default=Now())
    reason = models.CharField(_("reason"), max_length=12, choices=ReturnReason)
    because = models.CharField(_("in the buyer's words"), max_length=500, blank=True)
    # Shown to who decides, never to the public: documents/ is not served.
    photo = models.FileField(_("photo"), upload_to="documents/returns/", blank=True)
    #: What whoever decided tells the buyer.
    answer = models.CharField(_("answer"), max_length=300, blank=True)

    status_changes = GenericRelation("store.StatusChange", "row_id", "row_type")

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["part"], condition=Q(status__in=OPEN_RETURN), name="returnrequest_one_open_per_part"
            ),
            models.CheckConstraint(condition=Q(status__in=ReturnStatus.values), name="returnrequest_status_known"),
            models.CheckConstraint(condition=Q(reason__in=ReturnReason.values), name="returnrequest_reason_known"),
        ]

    def __str__(self):
        return str(self.part)


class ReturnLine(models.Model):
    """So many units of a line, in a return."""

    request = models.ForeignKey(ReturnRequest, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey("store.OrderLine", on_delete=models.PROTECT, related_name="return_lines")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "line"], name="returnline_line_once_per_request"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="returnline_quantity_positive"),
        ]

    def __str__(self):
        return f"{self.quantity} of line {self.line_id}"
