"""What came of calling a buyer, when it was neither a yes nor a no."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.written_once import WrittenOnce


class CallOutcome(models.TextChoices):
    UNREACHABLE = "unreachable", _("nobody answered")
    WANTS_CHANGE = "wants_change", _("wants a change")


class BuyerCall(WrittenOnce):
    """Somebody tried to have an order confirmed. A yes or a no moves the part and is written there."""

    part = models.ForeignKey("store.CooperativeOrder", on_delete=models.PROTECT, related_name="calls")
    outcome = models.CharField(max_length=12, choices=CallOutcome)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(outcome__in=CallOutcome.values), name="call_outcome_known")]

    def __str__(self):
        return f"{self.part} · {self.get_outcome_display()}"
