"""Where and for what each way to pay is offered, and what it costs whom. Staff change it; without a row it is offered to all."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.money import ZERO, MoneyField, dirhams

from ..statuses import DiscountBearer


class Currency(models.TextChoices):
    """What a card may be charged in: those with two places."""

    MAD = "MAD", _("dirham")
    EUR = "EUR", _("euro")
    USD = "USD", _("US dollar")
    GBP = "GBP", _("pound sterling")


class PaymentOption(models.Model):
    """How the shop offers one way to pay."""

    method = models.CharField(_("way to pay"), max_length=12, unique=True)
    is_on = models.BooleanField(_("offered"), default=True)
    zones = models.ManyToManyField(
        "store.DeliveryZone",
        verbose_name=_("zones"),
        blank=True,
        help_text=_("Where the parcels go; none chosen: everywhere, and for what is picked up."),
    )
    least = MoneyField(_("from"), null=True, blank=True, help_text=_("Orders below this amount are not paid so."))
    most = MoneyField(_("up to"), null=True, blank=True, help_text=_("Orders above this amount are not paid so."))
    currency = models.CharField(
        _("currency"), max_length=3, choices=Currency, default=Currency.MAD,
        help_text=_("What the card is charged in. Prices and books are in dirhams all the same."),
    )  # fmt: skip
    rate = models.DecimalField(
        _("rate"), max_digits=12, decimal_places=6, default=1,
        help_text=_("Dirhams for one unit of the currency; kept with each payment. 1 for the dirham."),
    )  # fmt: skip
    per_mille = models.PositiveSmallIntegerField(
        _("cost per thousand"),
        default=0,
        help_text=_("What the provider keeps of 1,000 dirhams. Counted where the provider does not tell its fee."),
    )
    fixed = MoneyField(_("and for each payment"), default=ZERO)
    bearer = models.CharField(
        _("who bears the cost"), max_length=12, choices=DiscountBearer, default=DiscountBearer.PLATFORM
    )

    class Meta:
        verbose_name = _("way to pay")
        verbose_name_plural = _("ways to pay")
        ordering = ["method"]
        constraints = [
            models.CheckConstraint(condition=Q(rate__gt=0), name="paymentoption_rate_positive"),
            models.CheckConstraint(
                condition=~Q(currency=Currency.MAD) | Q(rate=1), name="paymentoption_a_dirham_is_a_dirham"
            ),
            models.CheckConstraint(condition=Q(per_mille__lte=1000), name="paymentoption_at_most_all"),
            models.CheckConstraint(condition=Q(fixed__gte=0), name="paymentoption_fixed_not_negative"),
            models.CheckConstraint(
                condition=Q(least=None) | Q(most=None) | Q(least__lte=F("most")), name="paymentoption_least_below_most"
            ),
            models.CheckConstraint(condition=Q(bearer__in=DiscountBearer.values), name="paymentoption_bearer_known"),
            models.CheckConstraint(condition=Q(currency__in=Currency.values), name="paymentoption_currency_known"),
        ]

    def __str__(self):
        return self.method

    def cost_of(self, amount: Decimal) -> Decimal | None:
        """What the provider keeps of so many dirhams, as agreed with it; None where nothing is written down."""
        if not self.per_mille and not self.fixed:
            return None
        return min(dirhams(amount * self.per_mille / 1000) + self.fixed, amount)


@dataclass(frozen=True)
class Offer:
    """A `PaymentOption` as the checkout asks it; fetched once for all ways."""

    option: PaymentOption
    zones: frozenset[int]

    def fits(self, amount: Decimal, zone_id: int | None) -> bool:
        """So many dirhams, going to a zone, may be paid so; `zone_id` is None for what is picked up."""
        its = self.option
        is_where = not self.zones or zone_id in self.zones
        return its.is_on and is_where and (its.least or ZERO) <= amount and (its.most is None or amount <= its.most)


def offers() -> dict[str, Offer]:
    """By way to pay, for those of which something is written down; two queries."""
    rows = PaymentOption.objects.prefetch_related("zones")
    return {row.method: Offer(row, frozenset(zone.pk for zone in row.zones.all())) for row in rows}


def option_of(method: str) -> PaymentOption:
    """What is written down of a way to pay; what holds for all where nothing is."""
    return PaymentOption.objects.filter(method=method).first() or PaymentOption(method=method)
