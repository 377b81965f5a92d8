"""Figures in stories: read somewhere, with the source, or counted here. The two are never added together."""

from decimal import Decimal

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin

from ..editing.publishing import NotReady
from .live import FEWEST_ORDERS, LiveQuery, query_named

#: The fields that have a text for each language.
WORDS_OF_FIGURE = ("counted", "unit", "place", "period", "source")


class FigureKind(models.TextChoices):
    SOURCED = "sourced", _("read somewhere, with its source")
    LIVE = "live", _("counted by this shop")


class Extent(models.TextChoices):
    """How exactly the source says it."""

    EXACT = "exact", pgettext_lazy("figure", "exactly")
    AT_LEAST = "at_least", pgettext_lazy("figure", "at least")
    MORE_THAN = "more_than", pgettext_lazy("figure", "more than")
    ABOUT = "about", pgettext_lazy("figure", "about")


def written(value: Decimal | int, *, grouped: bool = True) -> str:
    """The number as the language writes it, without places that say nothing: 85, 22 000 000, 3,5."""
    value = Decimal(value)
    places = max(0, -int(value.normalize().as_tuple().exponent))
    return formats.number_format(value, decimal_pos=places, use_l10n=True, force_grouping=grouped)


class Figure(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, models.Model):
    """A number that pages show once it is published. Every saved state is kept as a revision, a draft of it too."""

    kind = models.CharField(_("kind"), max_length=8, choices=FigureKind, default=FigureKind.SOURCED)
    counted = models.CharField(
        _("what is counted"), max_length=120, help_text=_("For example: cooperatives supported in Meknès")
    )

    value = models.DecimalField(_("number"), max_digits=14, decimal_places=2, null=True, blank=True)
    extent = models.CharField(_("how exactly"), max_length=9, choices=Extent, default=Extent.EXACT)
    unit = models.CharField(_("unit"), max_length=40, blank=True, help_text=_("For example: dirhams, %"))
    place = models.CharField(_("where"), max_length=80, blank=True)
    period = models.CharField(_("period"), max_length=80, blank=True, help_text=_("For example: since 2019"))
    source = models.CharField(_("source"), max_length=200, blank=True)
    link = models.URLField(_("address of the source"), blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    is_undated = models.BooleanField(_("the source bears no date"), default=False)
    read_on = models.DateField(_("read on"), null=True, blank=True)
    review_by = models.DateField(_("to be checked again by"), null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self",
        verbose_name=_("replaced by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="supersedes",
        help_text=_("Pages go on showing this figure and say what replaced it."),
    )

    query = models.CharField(_("what the shop counts"), max_length=40, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)

    _revisions = GenericRelation(
        "wagtailcore.Revision", content_type_field="content_type", object_id_field="object_id", for_concrete_model=False
    )

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FigureKind.values), name="figure_kind_known"),
            models.CheckConstraint(condition=Q(extent__in=Extent.values), name="figure_extent_known"),
            models.CheckConstraint(
                condition=~Q(kind=FigureKind.LIVE) | (~Q(query="") & Q(value=None)), name="figure_live_is_counted"
            ),
            models.CheckConstraint(
                condition=~Q(kind=FigureKind.SOURCED)
                | (Q(value__isnull=False, query="", source_fr__isnull=False) & ~Q(source_fr="")),
                name="figure_sourced_has_a_source",
            ),
            models.CheckConstraint(
                condition=~Q(kind=FigureKind.SOURCED)
                | Q(is_undated=False, published_on__isnull=False)
                | Q(is_undated=True, published_on=None, read_on__isnull=False),
                name="figure_sourced_is_dated_or_says_when_it_was_read",
            ),
            models.CheckConstraint(condition=~Q(superseded_by=models.F("pk")), name="figure_not_its_own_successor"),
        ]

    def __str__(self):
        return f"{self.number} · {self.counted}" if self.kind == FigureKind.SOURCED else str(self.counted)

    def save(self, *args, update_fields=None, **kwargs):
        """Whatever publishes it: two drafts, each without fault when its form was sent, may close a circle together."""
        is_shown = self.live and update_fields is None  # with them, Wagtail notes that there is a draft
        if is_shown and self.superseded_by_id and self._comes_back(self.superseded_by):
            raise NotReady(_("These figures would replace each other in a circle."))
        super().save(*args, update_fields=update_fields, **kwargs)

    def clean(self):
        """What the constraints refuse, said beside the field that is missing."""
        super().clean()
        faults: dict[str, list] = {}
        if self.kind == FigureKind.LIVE:
            if not query_named(self.query):
                faults["query"] = [_("Choose what the shop counts.")]
            self.value, self.superseded_by = None, None
        else:
            self.query, self.since = "", None
            if self.value is None:
                faults["value"] = [_("A figure needs its number.")]
            if not self.source_fr:  # type: ignore[attr-defined]
                faults["source_fr"] = [_("Say where this number was read.")]
            if self.is_undated and self.published_on:
                faults["is_undated"] = [_("Either the date of the source, or no date.")]
            elif self.is_undated and not self.read_on:
                faults["read_on"] = [_("The source bears no date: say when it was read.")]
            elif not self.is_undated and not self.published_on:
                faults["published_on"] = [_("Say when the source was published, or that it bears no date.")]
        if self.superseded_by and self.superseded_by.kind != FigureKind.SOURCED:
            faults["superseded_by"] = [_("Only a figure with a source replaces one with a source.")]
        elif self.superseded_by_id and self._comes_back(self.superseded_by):
            faults["superseded_by"] = [_("These figures would replace each other in a circle.")]
        if faults:
            raise ValidationError(faults)

    def _comes_back(self, newer: "Figure | None") -> bool:
        seen = {self.pk} if self.pk else set()
        while newer is not None:
            if newer.pk in seen:
                return True
            seen.add(newer.pk)
            newer = newer.superseded_by
        return False

    @property
    def number(self) -> str:
        """The number with how exactly it is known: 85, at least 3,5."""
        if self.value is None:
            return ""
        number = written(self.value)
        return number if self.extent == Extent.EXACT else f"{self.get_extent_display()} {number}"

    @property
    def is_due(self) -> bool:
        """Whether it should have been checked again by now."""
        return self.review_by is not None and self.review_by < timezone.localdate()

    @property
    def latest(self) -> "Figure | None":
        """What replaces it in the end, if anything published does."""
        latest, newer, seen = None, self.superseded_by, [self]
        while newer and newer not in seen:  # a page comes to an end, whatever the rows say
            seen.append(newer)
            latest, newer = newer if newer.live else latest, newer.superseded_by
        return latest

    @property
    def count(self) -> "FigureValue | None":
        """What was counted last, if it was for what the figure asks now."""
        counted = getattr(self, "counted_value", None)
        return counted if counted and (counted.query, counted.since) == (self.query, self.since) else None

    @property
    def live_query(self) -> LiveQuery | None:
        return query_named(self.query)


class FigureValue(models.Model):
    """What a live figure came to when it was last counted; beside the figure, so that revisions do not keep it."""

    figure = models.OneToOneField(Figure, on_delete=models.CASCADE, related_name="counted_value")
    #: What was asked: a figure that asks something else now is not answered by this.
    query = models.CharField(max_length=40)
    since = models.DateField(null=True)
    value = models.PositiveBigIntegerField()
    orders = models.PositiveIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("counted value")

    def __str__(self):
        return str(self.value)

    @property
    def is_few(self) -> bool:
        return self.orders < FEWEST_ORDERS

    @property
    def number(self) -> str:
        return written(self.value)
