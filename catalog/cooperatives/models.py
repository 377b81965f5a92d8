from functools import partial

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from ..media.share_tasks import draw_cooperative
from ..rib import LENGTH, RibField

#: In which mails and invitations are written.
LANGUAGES = [("fr", "Français"), ("ar", "العربية"), ("en", "English")]


class Accent(models.TextChoices):
    """A cooperative's own color: a class in the served stylesheet, never an inline style."""

    HONEY = "honey", _("Honey")
    LAVENDER = "lavender", _("Lavender")
    OLIVE = "olive", _("Olive")
    CLAY = "clay", _("Clay")
    INDIGO = "indigo", _("Indigo")


class CooperativeQuerySet(models.QuerySet):
    def selling(self):
        return self.filter(suspended_at=None)


class Cooperative(models.Model):
    """A cooperative: the seller of its products and of its part of each order."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    accent = models.CharField(_("color"), max_length=12, choices=Accent, default=Accent.OLIVE)
    picture = models.ForeignKey(
        "catalog.ShopImage",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    legal_name = models.CharField(_("legal name"), max_length=200)
    registration = models.CharField(_("entry in the register of cooperatives"), max_length=120)
    address = models.CharField(_("address of the seat"), max_length=250)
    commune = models.CharField(_("commune"), max_length=120)
    phone = PhoneNumberField(_("telephone and WhatsApp"))
    email = models.EmailField(_("e-mail for orders"))
    language = models.CharField(
        _("language of its mails"),
        max_length=2,
        choices=LANGUAGES,
        default="fr",
    )
    offers_pickup = models.BooleanField(_("parcels can be picked up at its seat"), default=True)
    pickup_hours = models.CharField(_("hours for picking up"), max_length=200, blank=True)
    rib = RibField(
        _("RIB of its bank account"),
        max_length=LENGTH,
        blank=True,
        help_text=_("24 digits. What it is owed is transferred there; without it nothing can be."),
    )

    suspended_at = models.DateTimeField(_("suspended since"), null=True, blank=True)

    objects = CooperativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("cooperative")
        verbose_name_plural = _("cooperatives")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(condition=models.Q(accent__in=Accent.values), name="cooperative_accent_known")
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        transaction.on_commit(partial(draw_cooperative.enqueue, self.pk), robust=True)

    @property
    def seat(self) -> str:
        """Its address with its commune, which many people write in it already."""
        return self.address if self.commune in self.address else f"{self.address}, {self.commune}"

    @property
    def is_selling(self) -> bool:
        return self.suspended_at is None


class TaxStatus(models.Model):
    """Whether a cooperative charges value added tax, from a day on. Without one it is exempt, as most are."""

    cooperative = models.ForeignKey(
        Cooperative, verbose_name=_("cooperative"), on_delete=models.PROTECT, related_name="tax_statuses"
    )
    since = models.DateField(_("since"))
    is_taxable = models.BooleanField(_("charges tax, at the rate of each product"), default=False)
    mention = models.CharField(
        _("mention on invoices"),
        max_length=200,
        blank=True,
        help_text=_("For those that are exempt: by which article."),
    )

    class Meta:
        verbose_name = _("tax status")
        verbose_name_plural = _("tax statuses")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "since"], name="taxstatus_one_a_day"),
        ]

    def __str__(self):
        return f"{self.cooperative} {self.since}"
