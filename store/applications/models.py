from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from catalog.cooperatives.models import LANGUAGES, Cooperative
from catalog.evidence.models import private_storage

#: Files that come with an application.
MOST_FILES = 3


class ApplicationQuerySet(models.QuerySet):
    def waiting(self):
        """Those that staff have not decided."""
        return self.filter(outcome="")


class Application(models.Model):
    """A cooperative that asks to sell here. Of a person: deleted some time after it was refused."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", pgettext_lazy("application", "approved")
        REFUSED = "refused", pgettext_lazy("application", "refused")

    created_at = models.DateTimeField(_("written"), db_default=Now())
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    legal_name = models.CharField(_("legal name"), max_length=200)
    makes = models.TextField(_("what it makes"), max_length=2000)
    commune = models.CharField(_("commune"), max_length=120)
    name = models.CharField(_("who asks"), max_length=120)
    phone = PhoneNumberField(_("telephone"))
    email = models.EmailField(_("e-mail"), blank=True)
    #: Of the charter that was accepted; none where none is published.
    charter_revision = models.ForeignKey("wagtailcore.Revision", null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.CharField(_("why it was refused"), max_length=500, blank=True)
    cooperative = models.OneToOneField(
        Cooperative, null=True, blank=True, on_delete=models.PROTECT, related_name="application"
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, note="", cooperative=None)
                | Q(outcome="approved", decided_at__isnull=False, note="", cooperative__isnull=False)
                | (Q(outcome="refused", decided_at__isnull=False, cooperative=None) & ~Q(note="")),
                name="application_decided_once",
            ),
        ]

    def __str__(self):
        return self.legal_name


class ApplicationFile(models.Model):
    """A photo or PDF that came with an application; seen by staff alone."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(_("file"), storage=private_storage, upload_to="applications/")

    class Meta:
        verbose_name = _("file of an application")
        verbose_name_plural = _("files of applications")
        ordering = ["pk"]

    def __str__(self):
        return self.file.name
