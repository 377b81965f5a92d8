"""A product in three places.

`Product` holds words and pictures, and is what Wagtail's revisions keep. `ProductSale` and `Variant` stand beside it and
hold what moves (price, withdrawal, owner): publishing an old revision never touches them (docs/decisions/0002).
"""

from functools import partial

from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from ..cooperatives.models import Cooperative
from ..media.share_tasks import draw_product
from ..money import MoneyField, price_for
from ..preview import PREVIEW_SIZES
from ..text_folding import fold
from .units import REFERENCE, Unit, format_size


class Category(models.Model):
    """A shelf of the shop. The tree has two levels."""

    parent = models.ForeignKey(
        "self", verbose_name=_("inside"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "slug"]

    def __str__(self):
        return self.name


class Use(models.TextChoices):
    """What a product is for; the rules of publishing follow it."""

    FOOD = "food", _("Food")
    COSMETIC = "cosmetic", _("Cosmetic")
    AROMA = "aroma", _("Aroma and household")
    PLANT = "plant", _("Plant for infusion")
    GIFT = "gift", _("Gift")


class TaxRate(models.IntegerChoices):
    """Rates of value added tax in Morocco, per thousand. Source: Code général des impôts, articles 98 and 99."""

    ZERO = 0, "0 %"
    SEVEN = 70, "7 %"
    TEN = 100, "10 %"
    FOURTEEN = 140, "14 %"
    TWENTY = 200, "20 %"


class Returnable(models.TextChoices):
    """Whether a buyer who changes their mind may give a product back."""

    UNOPENED = "unopened", _("unopened")
    NEVER = "never", _("never")


class KeptBecause(models.TextChoices):
    """Why a product cannot be given back."""

    PERISHABLE = "perishable", _("It spoils quickly")
    MADE_FOR_BUYER = "made_for", _("It was made for whoever ordered it")


class Product(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, ClusterableModel):
    """A product's words and pictures, in every language: all that a revision keeps."""

    name = models.CharField(_("name"), max_length=120)
    latin_name = models.CharField(_("botanical name"), max_length=120, blank=True)
    summary = models.CharField(_("in one line"), max_length=160, blank=True)
    description = models.TextField(_("description"), blank=True)
    composition = models.TextField(_("composition"), blank=True)
    advice = models.TextField(_("use and keeping"), blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["pk"]

    def __str__(self):
        return self.name or str(_("New product"))

    def save(self, *args, update_fields=None, **kwargs):
        super().save(*args, update_fields=update_fields, **kwargs)
        # With `update_fields`, Wagtail notes that there is a draft, and `self` carries the draft's words.
        if self.live and update_fields is None:
            ProductSale.objects.filter(product_id=self.pk).update(search_text=self.search_text())
            transaction.on_commit(partial(draw_product.enqueue, self.pk), robust=True)

    def publish(self, revision, *args, **kwargs):
        """Whoever publishes, from whichever page or at whichever hour, is held to the rules of its use.

        Raises:
            NotReady: it lacks something.
        """
        from ..rules.missing import refuse_unfit  # the rules build on the models

        refuse_unfit(revision.as_object())
        return super().publish(revision, *args, **kwargs)

    @classmethod
    def from_serializable_data(cls, data, check_fks=True, strict_fks=False):
        """A draft without the photos whose picture was deleted since: else nobody could open it any more."""
        photos = data.get("photos") or []
        images = ProductPhoto._meta.get_field("image").related_model.objects
        there = set(images.filter(pk__in=[photo["image"] for photo in photos]).values_list("pk", flat=True))
        kept = [photo for photo in photos if photo["image"] in there]
        return super().from_serializable_data({**data, "photos": kept}, check_fks=check_fks, strict_fks=strict_fks)

    preview_sizes = PREVIEW_SIZES

    def get_preview_template(self, request, mode_name):
        return "shopfront/product.html"

    def get_preview_context(self, request, mode_name):
        from .queries import product_context  # queries builds on the models

        return {"request": request, "is_preview": True, **product_context(self)}

    def search_text(self) -> str:
        """The names and texts in every language, folded for the plain search."""
        texts = [
            getattr(self, f"{field}_{language}", "") or ""
            for field in ("name", "summary", "description", "composition")
            for language in ("fr", "ar", "en", "zgh")
        ]
        return fold(" ".join([*texts, self.latin_name]))


class ProductPhoto(Orderable):
    """A photo of a product, part of its revision."""

    product = ParentalKey(Product, on_delete=models.CASCADE, related_name="photos")
    image = models.ForeignKey("catalog.ShopImage", verbose_name=_("image"), on_delete=models.PROTECT, related_name="+")
    alt = models.CharField(
        _("what is seen"), max_length=200, blank=True, help_text=_("For people who don't see the picture.")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")


class ProductSaleQuerySet(models.QuerySet):
    def on_sale(self):
        """Sales that a buyer can see: published, not withdrawn, its evidence not lapsed, of a cooperative that is selling."""
        return self.filter(product__live=True, withdrawn_at=None, lapsed_at=None, cooperative__suspended_at=None)


class ProductSale(models.Model):
    """How a product is sold: by whom, on which shelf, at which address. Beside the revision, so it never goes back."""

    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="sale")
    cooperative = models.ForeignKey(
        Cooperative, verbose_name=_("cooperative"), on_delete=models.PROTECT, related_name="sales"
    )
    category = models.ForeignKey(Category, verbose_name=_("category"), on_delete=models.PROTECT, related_name="sales")
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    use = models.CharField(_("use"), max_length=10, choices=Use)
    # Of value added tax, for cooperatives that charge it; a price has it included.
    tax_per_mille = models.PositiveSmallIntegerField(_("rate of tax"), choices=TaxRate, default=TaxRate.TWENTY)
    returnable = models.CharField(
        _("can be given back"), max_length=10, choices=Returnable, default=Returnable.UNOPENED
    )
    kept_because = models.CharField(
        _("why it cannot be given back"),
        max_length=12,
        blank=True,
        choices=KeptBecause,
        help_text=_("Buyers read it. For products that are never taken back."),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn from sale since"), null=True, blank=True)
    #: Written by `rules/lapse.py` alone, and taken back by it.
    lapsed_at = models.DateTimeField(_("off sale for want of evidence since"), null=True, blank=True, editable=False)
    listed_at = models.DateTimeField(_("in the shop since"), db_default=Now())
    search_text = models.TextField(editable=False, default="", blank=True)

    objects = ProductSaleQuerySet.as_manager()

    class Meta:
        verbose_name = _("sale of a product")
        verbose_name_plural = _("sales of products")
        constraints = [
            models.CheckConstraint(condition=models.Q(use__in=Use.values), name="productsale_use_known"),
            models.CheckConstraint(
                condition=models.Q(tax_per_mille__in=TaxRate.values), name="productsale_tax_rate_known"
            ),
            models.CheckConstraint(
                condition=models.Q(returnable=Returnable.UNOPENED, kept_because="")
                | models.Q(returnable=Returnable.NEVER, kept_because__in=KeptBecause.values),
                name="productsale_kept_has_a_reason",
            ),
        ]

    def __str__(self):
        return self.slug

    def save(self, *args, **kwargs):
        if self._state.adding and self.product_id:
            self.search_text = self.product.search_text()
        super().save(*args, **kwargs)

    @property
    def is_on_sale(self) -> bool:
        """What `on_sale` asks of the database, of a row whose product and cooperative are at hand."""
        is_kept = self.withdrawn_at is None and self.lapsed_at is None
        return self.product.live and is_kept and self.cooperative.is_selling


class Variant(models.Model):
    """A size of a product with its price. Once sold it is retired (`is_active`), never deleted."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="variants")
    sku = models.CharField(_("reference"), max_length=40, unique=True)
    size = models.PositiveIntegerField(_("size"), help_text=_("In grams, milliliters or pieces."))
    unit = models.CharField(_("unit"), max_length=8, choices=Unit)
    price = MoneyField(_("price, tax included"))
    is_active = models.BooleanField(_("on sale"), default=True)

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ["product", "size", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(price__gte=0), name="variant_price_not_negative"),
            models.CheckConstraint(condition=models.Q(size__gte=1), name="variant_size_positive"),
            models.CheckConstraint(condition=models.Q(unit__in=Unit.values), name="variant_unit_known"),
        ]

    def __str__(self):
        return f"{self.product.name} · {self.size_label}"

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        transaction.on_commit(partial(draw_product.enqueue, self.product_id), robust=True)

    @property
    def size_label(self) -> str:
        return format_size(self.size, self.unit)

    @property
    def reference_label(self) -> str:
        """What the comparing price is for: 100 g, 100 ml; empty when prices are not compared."""
        return format_size(REFERENCE[self.unit], self.unit) if self.unit in REFERENCE else ""

    @property
    def reference_price(self):
        """Dirhams for 100 g or 100 ml, None where prices are not compared."""
        return price_for(self.price, size=self.size, reference=REFERENCE[self.unit]) if self.unit in REFERENCE else None
