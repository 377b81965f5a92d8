"""What is known of payments by card: each try, what the provider told of it, what went back, what the buyer's bank disputes."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.money import CENT, ZERO, MoneyField

from ..statuses import AttemptStatus, CardRefundStatus

#: A try in one of these may still bring money by itself.
OPEN_ATTEMPT = (AttemptStatus.STARTED, AttemptStatus.OPEN, AttemptStatus.WAITING)
#: Money that is on its way back, or is there.
GOES_BACK = (CardRefundStatus.TO_SEND, CardRefundStatus.PENDING, CardRefundStatus.DONE)


class PaymentAttempt(models.Model):
    """One try to pay at a provider's page. A buyer may need several; at most one at a time may bring money."""

    payment = models.ForeignKey("store.Payment", on_delete=models.PROTECT, related_name="attempts")
    provider = models.CharField(_("provider"), max_length=12)
    #: Ours: what is asked for with it twice is done once.
    key = models.CharField(max_length=40, unique=True)
    #: The provider's names for the try, and for the payment that came of it.
    reference = models.CharField(_("reference at the provider"), max_length=120, blank=True)
    provider_payment = models.CharField(max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=AttemptStatus, default=AttemptStatus.STARTED)
    amount = MoneyField(_("amount"))
    # What the card is charged: the amount at the rate of the moment, in dirhams for one unit of the currency.
    currency = models.CharField(_("currency"), max_length=3, default="MAD")
    rate = models.DecimalField(_("rate"), max_digits=12, decimal_places=6, default=1)
    charged = MoneyField(_("charged"))
    language = models.CharField(max_length=2)
    url = models.TextField(blank=True)
    started_at = models.DateTimeField(_("started"), db_default=Now())
    expires_at = models.DateTimeField(_("page open until"))
    # When the provider was last asked about it.
    asked_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(_("paid"), null=True)
    # What the provider kept, in dirhams; empty where it does not say.
    fee = MoneyField(_("fee of the provider"), null=True)
    # What is on its way back to the card, or is there.
    given_back = MoneyField(_("given back"), default=ZERO)
    because = models.CharField(_("reason"), max_length=120, blank=True)

    status_changes = GenericRelation("store.StatusChange", "row_id", "row_type")

    class Meta:
        verbose_name = _("attempt to pay")
        verbose_name_plural = _("attempts to pay")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AttemptStatus.values), name="attempt_status_known"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, charged__gt=0, rate__gt=0), name="attempt_amounts_positive"
            ),
            models.CheckConstraint(
                condition=Q(given_back__gte=0, given_back__lte=F("amount")), name="attempt_gives_back_what_came"
            ),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(status__in=OPEN_ATTEMPT), name="attempt_one_open_per_payment"
            ),
            models.UniqueConstraint(
                fields=["provider", "reference"], condition=~Q(reference=""), name="attempt_reference_once"
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_payment"],
                condition=~Q(provider_payment=""),
                name="attempt_provider_payment_once",
            ),
            models.CheckConstraint(
                condition=~Q(status=AttemptStatus.PAID) | Q(paid_at__isnull=False), name="attempt_paid_has_a_time"
            ),
        ]
        indexes = [models.Index(fields=["status", "expires_at"], name="attempt_waiting")]

    def __str__(self):
        return self.key

    @property
    def room(self) -> Decimal:
        """What came and does not go back yet."""
        return self.amount - self.given_back

    def charged_for(self, back: Decimal) -> Decimal:
        """What the first so many dirhams that go back are in the currency of the card; all of them are all of it."""
        return (self.charged * back / self.amount).quantize(CENT, rounding=ROUND_HALF_UP)

    def dirhams_of(self, charged: Decimal) -> Decimal:
        """What an amount in the currency of the card is in dirhams, at the rate of this try."""
        if charged == self.charged:
            return self.amount
        return (charged * self.amount / self.charged).quantize(CENT, rounding=ROUND_HALF_UP)

    def is_usable(self, now: datetime) -> bool:
        """Its page may be opened still."""
        return self.status in (AttemptStatus.STARTED, AttemptStatus.OPEN) and self.expires_at > now


class PaymentEvent(models.Model):
    """A callback of a provider, kept under the provider's name for it and applied once."""

    provider = models.CharField(_("provider"), max_length=12)
    event_id = models.CharField(_("event"), max_length=120)
    type = models.CharField(_("type"), max_length=80)
    happened_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"), db_default=Now())
    # What it names: the try, the payment, our key.
    reference = models.CharField(max_length=120, blank=True)
    provider_payment = models.CharField(max_length=120, blank=True)
    key = models.CharField(max_length=40, blank=True)
    attempt = models.ForeignKey(PaymentAttempt, null=True, on_delete=models.PROTECT, related_name="events")
    # Without people's data.
    payload = models.JSONField(default=dict)
    done_at = models.DateTimeField(_("applied"), null=True)
    # It names no payment of this shop.
    is_foreign = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("event of a provider")
        verbose_name_plural = _("events of providers")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="paymentevent_once")]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(done_at=None), name="paymentevent_to_apply"),
        ]

    def __str__(self):
        return f"{self.type} {self.event_id}"


class CardRefund(models.Model):
    """Money that goes back to the card of an attempt: for a refund of a part, for a surplus, or as told by the provider."""

    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="card_refunds")
    #: Ours: sent twice with it, it goes once.
    key = models.CharField(max_length=80, unique=True)
    refund = models.OneToOneField("store.Refund", null=True, on_delete=models.PROTECT, related_name="card_refund")
    task = models.OneToOneField("store.MoneyTask", null=True, on_delete=models.PROTECT, related_name="card_refund")
    amount = MoneyField(_("amount"))
    charged = MoneyField()
    reference = models.CharField(_("reference at the provider"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=CardRefundStatus, default=CardRefundStatus.TO_SEND)
    asked_at = models.DateTimeField(_("asked for"), db_default=Now())
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    because = models.CharField(_("reason"), max_length=300, blank=True)

    status_changes = GenericRelation("store.StatusChange", "row_id", "row_type")

    class Meta:
        verbose_name = _("refund to a card")
        verbose_name_plural = _("refunds to cards")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=CardRefundStatus.values), name="cardrefund_status_known"),
            models.CheckConstraint(condition=Q(amount__gt=0, charged__gt=0), name="cardrefund_amounts_positive"),
            models.CheckConstraint(
                condition=Q(refund=None) | Q(task=None), name="cardrefund_of_a_part_or_of_a_surplus"
            ),
            models.UniqueConstraint(fields=["reference"], condition=~Q(reference=""), name="cardrefund_reference_once"),
        ]

    def __str__(self):
        return self.key


class DisputeStatus(models.TextChoices):
    """As `DisputeTold` of the providers; the provider decides."""

    INQUIRY = "inquiry", _("the bank asks")
    OPEN = "open", _("open")
    WON = "won", _("won")
    LOST = "lost", _("lost")


class Dispute(models.Model):
    """The buyer's bank asks for the money of an attempt back."""

    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="disputes")
    reference = models.CharField(_("reference at the provider"), max_length=120, unique=True)
    amount = MoneyField(_("amount"))
    status = models.CharField(_("status"), max_length=12, choices=DisputeStatus)
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    # The provider has taken the money, and not given it back.
    is_withdrawn = models.BooleanField(default=False)
    # How often it took it or gave it back, as it says; what two looks find different is booked once.
    moves = models.PositiveSmallIntegerField(default=0)
    answer_by = models.DateTimeField(_("to be answered by"), null=True)
    opened_at = models.DateTimeField(_("since"), db_default=Now())

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=DisputeStatus.values), name="dispute_status_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_amount_positive"),
        ]

    def __str__(self):
        return self.reference
