from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..cooperatives.models import Cooperative
from ..products.models import Product

#: From so many days before its last day on, a document is to be renewed.
SOON = 60


class EvidenceKind(models.TextChoices):
    """What a document proves. Rules of publishing ask for some of these (rules/models.py)."""

    SANITARY = "sanitary", _("Sanitary approval or authorization (ONSSA)")
    COSMETIC = "cosmetic", _("Registration of a cosmetic")
    ANALYSIS = "analysis", _("Analysis report")
    LABEL = "label", _("Certificate of a label, organic or of origin")


class State(Enum):
    """What is to be said of a document today."""

    WAITING = "waiting"
    REFUSED = "refused"
    EXPIRED = "expired"
    SOON = "soon"
    GOOD = "good"


@dataclass(frozen=True)
class Standing:
    """A document's state, with the days that it is still good for (none where it never ends)."""

    state: State
    days: int | None = None


class EvidenceQuerySet(models.QuerySet):
    def waiting(self):
        """Those that staff have not looked at."""
        return self.filter(outcome="")

    def accepted(self):
        return self.filter(outcome=Evidence.Outcome.ACCEPTED)

    def good_on(self, day: date):
        """Those that count on this day: accepted, and not past their last day."""
        return self.accepted().filter(Q(expires_on=None) | Q(expires_on__gte=day))

    def to_renew(self):
        """Accepted ones in whose place nobody has sent one that is good for longer, looked at or not."""
        newer = Evidence.objects.exclude(outcome=Evidence.Outcome.REFUSED).filter(
            Q(product=None) | Q(product=OuterRef("product")),
            Q(expires_on=None) | Q(expires_on__gt=OuterRef("expires_on")),
            cooperative=OuterRef("cooperative"),
            kind=OuterRef("kind"),
        )
        return self.accepted().filter(~Exists(newer), expires_on__isnull=False)

    def expiring(self, today: date):
        """Those to renew whose last day is near or over."""
        return self.to_renew().filter(expires_on__lte=today + timedelta(days=SOON))


def private_storage():
    """Where files lie that are never public."""
    return storages["private"]


class Evidence(models.Model):
    """A document with its number, of a cooperative or of one of its products. A newer one never overwrites it: it stays."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("document", "accepted")
        REFUSED = "refused", pgettext_lazy("document", "refused")

    cooperative = models.ForeignKey(
        Cooperative, verbose_name=_("cooperative"), on_delete=models.PROTECT, related_name="evidence"
    )
    product = models.ForeignKey(
        Product,
        verbose_name=_("product"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evidence",
        help_text=_("Empty: for all that the cooperative sells."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=EvidenceKind)
    number = models.CharField(_("document number"), max_length=60)
    file = models.FileField(_("file"), storage=private_storage, upload_to="evidence/")
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty for what is good without an end.")
    )
    uploaded_at = models.DateTimeField(_("sent"), db_default=Now())
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    # It counted once: where it is refused later, what stood on it goes off sale.
    was_accepted = models.BooleanField(default=False, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.CharField(_("why it was refused"), max_length=250, blank=True)
    #: The last reminder that went out, as the days that were left.
    reminded_at_days = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("document of proof")
        verbose_name_plural = _("documents of proof")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["expires_on"], condition=Q(outcome="accepted"), name="evidence_expiring")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EvidenceKind.values), name="evidence_kind_known"),
            models.CheckConstraint(condition=~Q(number=""), name="evidence_has_a_number"),
            models.CheckConstraint(
                condition=Q(issued_on=None) | Q(expires_on=None) | Q(expires_on__gte=F("issued_on")),
                name="evidence_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, note="")
                | Q(outcome="accepted", decided_at__isnull=False, note="")
                | (Q(outcome="refused", decided_at__isnull=False) & ~Q(note="")),
                name="evidence_decided_with_a_reason",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.number}"

    @property
    def is_good_today(self) -> bool:
        return self.standing.state in {State.SOON, State.GOOD}

    @property
    def is_pdf(self) -> bool:
        return self.file.name.endswith(".pdf")

    @property
    def file_name(self) -> str:
        """Under which it is kept by whoever has it, without extension."""
        return f"{self.kind}-{self.pk}"

    @property
    def standing(self) -> Standing:
        if not self.outcome:
            return Standing(State.WAITING)
        if self.outcome == self.Outcome.REFUSED:
            return Standing(State.REFUSED)
        if self.expires_on is None:
            return Standing(State.GOOD)
        days = (self.expires_on - timezone.localdate()).days
        return Standing(State.EXPIRED if days < 0 else State.SOON if days <= SOON else State.GOOD, days)
