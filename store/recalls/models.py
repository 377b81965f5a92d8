"""A lot is called back: who has it is told, and it is written down who was reached and who read their telephones."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.written_once import WrittenOnce


class Recall(models.Model):
    """People who have units of a blocked lot are to be told. One of a lot at a time."""

    lot = models.ForeignKey("catalog.Lot", verbose_name=_("lot"), on_delete=models.PROTECT, related_name="recalls")
    # A copy of the lot's reason, which buyers read: it stays when the lot is sold again.
    because = models.CharField(_("reason"), max_length=250)
    opened_at = models.DateTimeField(_("opened"), db_default=Now())
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["lot"], condition=Q(closed_at=None), name="recall_one_open_per_lot"),
        ]

    def __str__(self):
        return str(self.lot)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class ContactOutcome(models.TextChoices):
    REACHED = "reached", _("reached")
    NO_ANSWER = "no_answer", _("nobody answered")
    WRONG_NUMBER = "wrong_number", _("not their telephone")


class RecallContact(WrittenOnce):
    """Somebody tried to tell the buyer of a part."""

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="contacts")
    part = models.ForeignKey("store.CooperativeOrder", on_delete=models.PROTECT, related_name="recall_contacts")
    outcome = models.CharField(max_length=12, choices=ContactOutcome)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=ContactOutcome.values), name="recallcontact_outcome_known"),
            models.UniqueConstraint(
                fields=["recall", "part"],
                condition=Q(outcome=ContactOutcome.REACHED),
                name="recallcontact_reached_once",
            ),
        ]

    def __str__(self):
        return f"{self.part} · {self.get_outcome_display()}"


class RecallReading(WrittenOnce):
    """Somebody was shown the name and telephone of a part's buyer, because a recall is open."""

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="readings")
    part = models.ForeignKey("store.CooperativeOrder", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.part} · {self.by}"
