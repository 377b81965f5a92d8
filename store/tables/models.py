from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class TableImport(models.Model):
    """A table that somebody uploaded: kept while they look at what it would change, and afterwards as the word that it did.

    The cells of the columns that are known are all that is kept of the file, and they go when they were applied.
    """

    cooperative = models.ForeignKey("catalog.Cooperative", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(_("file"), max_length=120)
    #: As `Sheet.kept` tells it.
    sheet = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField(db_default=Now())
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    #: How many things it changed.
    changes = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("imported table")
        verbose_name_plural = _("imported tables")
        ordering = ["-pk"]
        constraints = [
            # Whoever uploads another file has given up the one before.
            models.UniqueConstraint(
                fields=["cooperative", "by"], condition=Q(applied_at=None), name="tableimport_one_waits_for_each"
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None, changes=0) | Q(applied_at__isnull=False, changes__gte=1),
                name="tableimport_applied_changed_something",
            ),
        ]

    def __str__(self):
        return self.file_name
