from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from catalog.money import ZERO, MoneyField

from ..statuses import ShipmentStatus


class Region(models.Model):
    """One of the 12 regions of Morocco. Source: HCP, general census 2024."""

    code = models.CharField(max_length=16, primary_key=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name


class Province(models.Model):
    """A province or prefecture. Source: HCP, general census 2024."""

    code = models.CharField(max_length=16, primary_key=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="provinces")
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name


class Commune(models.Model):
    """One of the 1,503 communes, the finest place that delivery is priced for. Source: HCP, general census 2024."""

    code = models.CharField(max_length=16, primary_key=True)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="communes")
    name = models.CharField(max_length=80)
    name_fr: str  # one column for each language, by modeltranslation
    name_ar: str
    search_text = models.CharField(max_length=200, editable=False, default="")

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name


class DeliveryZone(models.Model):
    """Communes that cost the same to deliver to. The price is for one parcel of one cooperative."""

    name = models.CharField(_("name"), max_length=80)
    price = MoneyField(_("price of a parcel, tax included"))
    days_min = models.PositiveSmallIntegerField(_("working days, at least"))
    days_max = models.PositiveSmallIntegerField(_("working days, at most"))
    cash_ceiling = MoneyField(
        _("most that an order may cost in cash"),
        null=True,
        blank=True,
        help_text=_("In dirhams; above it, an order is paid in advance. Empty: no limit."),
    )

    class Meta:
        verbose_name = _("delivery zone")
        verbose_name_plural = _("delivery zones")
        ordering = ["price", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(price__gte=0), name="zone_price_not_negative"),
            models.CheckConstraint(condition=models.Q(days_min__lte=models.F("days_max")), name="zone_days_in_order"),
        ]

    def __str__(self):
        return self.name


class ZoneArea(models.Model):
    """A region, province or commune that belongs to a zone. The narrowest area that fits a commune decides."""

    zone = models.ForeignKey(DeliveryZone, on_delete=models.CASCADE, related_name="areas")
    region = models.OneToOneField(Region, null=True, blank=True, on_delete=models.CASCADE, related_name="zone_area")
    province = models.OneToOneField(Province, null=True, blank=True, on_delete=models.CASCADE, related_name="zone_area")
    commune = models.OneToOneField(Commune, null=True, blank=True, on_delete=models.CASCADE, related_name="zone_area")

    class Meta:
        verbose_name = _("area of a zone")
        verbose_name_plural = _("areas of a zone")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(region__isnull=False, province=None, commune=None)
                | models.Q(region=None, province__isnull=False, commune=None)
                | models.Q(region=None, province=None, commune__isnull=False),
                name="zonearea_names_one_place",
            )
        ]

    def __str__(self):
        return str(self.commune or self.province or self.region)


class Courier(models.Model):
    """Who carries parcels and collects the cash. The price of delivery that the buyer pays is theirs."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    phone = PhoneNumberField(_("telephone"), blank=True)
    price_in_vain = MoneyField(
        _("price of a parcel carried in vain"), default=ZERO, help_text=_("What is paid for a parcel that is refused.")
    )
    is_active = models.BooleanField(_("carries parcels now"), default=True)

    class Meta:
        verbose_name = _("courier")
        verbose_name_plural = _("couriers")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(price_in_vain__gte=0), name="courier_price_not_negative")
        ]

    def __str__(self):
        return self.name


class Shipment(models.Model):
    """The parcel of a part, from the day it left. Without a courier the cooperative brings it or hands it out itself."""

    part = models.OneToOneField("store.CooperativeOrder", on_delete=models.PROTECT, related_name="shipment")
    courier = models.ForeignKey(
        Courier, verbose_name=_("courier"), null=True, blank=True, on_delete=models.PROTECT, related_name="shipments"
    )
    tracking = models.CharField(_("the courier's number"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=ShipmentStatus, default=ShipmentStatus.HANDED_OVER)
    handed_over_at = models.DateTimeField(_("left on"))
    # The courier's account is settled by a sheet; it names the parcels that it settled.
    sheet = models.ForeignKey("store.CashSheet", null=True, on_delete=models.PROTECT, related_name="shipments")

    status_changes = GenericRelation("store.StatusChange", "row_id", "row_type")

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        ordering = ["pk"]
        indexes = [models.Index(fields=["courier", "status"], name="shipment_by_courier")]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=ShipmentStatus.values), name="shipment_status_known"),
            models.CheckConstraint(
                condition=models.Q(sheet=None) | models.Q(courier__isnull=False), name="shipment_sheet_of_a_courier"
            ),
            models.UniqueConstraint(
                fields=["courier", "tracking"], condition=~models.Q(tracking=""), name="shipment_tracking_once"
            ),
        ]

    def __str__(self):
        return self.tracking or str(self.part)
