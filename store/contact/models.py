from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField


class Subject(models.TextChoices):
    ORDER = "order", _("An order")
    PRODUCT = "product", _("A product")
    COOPERATIVE = "cooperative", _("A cooperative that wants to sell here")
    PRESS = "press", _("The press")
    OTHER = "other", _("Something else")


class ContactMessage(models.Model):
    """What somebody wrote on the contact page. Of a person: deleted some time after it was answered, with the mails about it."""

    created_at = models.DateTimeField(_("written"), db_default=Now())
    language = models.CharField(_("language"), max_length=2)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("telephone"), blank=True)
    subject = models.CharField(_("subject"), max_length=12, choices=Subject)
    order_number = models.CharField(_("order number"), max_length=20, blank=True)
    text = models.TextField(_("message"), max_length=4000)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("answered by"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="contactmessage_can_be_answered"),
            models.CheckConstraint(condition=Q(subject__in=Subject.values), name="contactmessage_subject_known"),
            models.CheckConstraint(
                condition=Q(answered_by=None) | Q(answered_at__isnull=False), name="contactmessage_answered_has_a_time"
            ),
        ]

    def __str__(self):
        return f"{self.name} · {self.get_subject_display()}"
