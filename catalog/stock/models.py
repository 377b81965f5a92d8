from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..cooperatives.models import Cooperative
from ..products.models import Variant
from ..written_once import WrittenOnce


class Precision(models.TextChoices):
    """How exactly a label tells the best-before date."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


class LotQuerySet(models.QuerySet):
    def sellable(self, today: date):
        """Lots that may be sold on this day: neither blocked nor past their best-before date."""
        return self.filter(Q(best_before=None) | Q(best_before__gte=today), blocked_at=None)

    def first_expiring_first(self):
        return self.order_by(F("best_before").asc(nulls_last=True), "pk")


class Lot(models.Model):
    """A batch of one variant, with its counters. Only `stock/actions.py` writes `on_hand` and `reserved`."""

    variant = models.ForeignKey(Variant, verbose_name=_("variant"), on_delete=models.PROTECT, related_name="lots")
    cooperative = models.ForeignKey(
        Cooperative, verbose_name=_("cooperative"), on_delete=models.PROTECT, related_name="lots"
    )
    code = models.CharField(_("lot code"), max_length=40)
    origin = models.CharField(_("origin"), max_length=160, blank=True, help_text=_("Apiary, plot or distillation."))
    produced_on = models.DateField(_("produced on"), null=True, blank=True)
    best_before = models.DateField(
        _("best before"), null=True, blank=True, help_text=_("The last good day; empty for what does not perish.")
    )
    best_before_precision = models.CharField(
        _("the label tells the"), max_length=5, choices=Precision, default=Precision.DAY
    )
    certificate = models.ForeignKey(
        "catalog.ShopDocument",
        verbose_name=_("certificate"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Where and how it was harvested, for the page behind the code on the jar.
    photo = models.ForeignKey(
        "catalog.ShopImage",
        verbose_name=_("photo"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    on_hand = models.IntegerField(_("on hand"), default=0, editable=False)
    reserved = models.IntegerField(_("reserved"), default=0, editable=False)
    blocked_at = models.DateTimeField(_("blocked since"), null=True, blank=True, editable=False)
    blocked_because = models.CharField(_("why it is blocked"), max_length=250, blank=True, editable=False)

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "code"], name="lot_code_once_per_cooperative"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="lot_on_hand_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="lot_reserved_not_negative"),
            models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="lot_reserved_within_on_hand"),
            models.CheckConstraint(condition=Q(best_before_precision__in=Precision.values), name="lot_precision_known"),
        ]

    def __str__(self):
        return self.code

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved

    def is_sellable(self, today: date) -> bool:
        return self.blocked_at is None and (self.best_before is None or self.best_before >= today)


class MovementKind(models.TextChoices):
    RECEIVED = "received", _("received")
    ADJUSTED = "adjusted", _("adjusted")
    SHIPPED = "shipped", _("shipped")
    RETURNED = "returned", _("came back")


class StockMovement(WrittenOnce):
    """A change of what is on hand. Written once, never edited."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="movements")
    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=MovementKind)
    quantity = models.IntegerField(_("quantity"), help_text=_("In units; negative when it leaves."))
    reason = models.CharField(_("reason"), max_length=250, blank=True)
    holder = models.CharField(max_length=80, blank=True, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="movement_quantity_not_zero"),
            models.CheckConstraint(
                condition=Q(kind=MovementKind.ADJUSTED)
                | Q(kind=MovementKind.RECEIVED, quantity__gt=0)
                | Q(kind=MovementKind.RETURNED, quantity__gt=0)
                | Q(kind=MovementKind.SHIPPED, quantity__lt=0),
                name="movement_kind_and_sign_agree",
            ),
        ]

    def __str__(self):
        return f"{self.lot} {self.quantity:+}"


class Outcome(models.TextChoices):
    """How a reservation ended."""

    RELEASED = "released", _("released")
    EXPIRED = "expired", _("expired")
    MOVED = "moved", _("moved to another lot")
    SHIPPED = "shipped", _("shipped")


class ReservationQuerySet(models.QuerySet):
    def live(self):
        """Reservations that have not ended, whatever the clock says."""
        return self.filter(ended_at=None)


class Reservation(models.Model):
    """Units of a lot that are kept for a holder. Live while `ended_at` is empty, whatever the clock."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="reservations")
    holder = models.CharField(
        max_length=80, db_index=True, help_text="Opaque: the catalog does not know what it names."
    )
    quantity = models.PositiveIntegerField()
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="reservation_quantity_positive"),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | Q(ended_at__isnull=False, outcome__in=Outcome.values),
                name="reservation_ends_with_an_outcome",
            ),
        ]
        indexes = [models.Index(fields=["lot", "expires_at"], condition=Q(ended_at=None), name="reservation_live")]

    def __str__(self):
        return f"{self.quantity} × {self.lot} · {self.holder}"
