from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """A mail to be sent: written in the transaction of what it tells, composed and sent by the worker."""

    key = models.CharField(max_length=120, unique=True, help_text="One mail per key, such as order_received:42.")
    kind = models.CharField(max_length=40)
    about_id = models.PositiveBigIntegerField(help_text="The row that the mail is about; its kind knows the table.")
    recipient = models.EmailField()
    language = models.CharField(max_length=2)
    created_at = models.DateTimeField(db_default=Now())
    next_try_at = models.DateTimeField(_("next try"), db_default=Now())
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["pk"]
        indexes = [models.Index(fields=["next_try_at"], condition=models.Q(sent_at=None), name="outbox_due")]

    def __str__(self):
        return self.key
