"""What a reviewer says of a product's draft that is sent back: where, and in which language."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..products.models import Product

LANGUAGES = ("", "fr", "ar", "en", "zgh")
#: Where a note belongs; empty: to the whole.
PLACES = ("", "name", "summary", "description", "composition", "advice", "latin_name", "photos")


class ReviewNote(models.Model):
    """A reviewer's word about one text in one language. (Wagtail has comments for pages only.)"""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="review_notes")
    task_state = models.ForeignKey("wagtailcore.TaskState", on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=12, blank=True)
    language = models.CharField(max_length=3, blank=True)
    text = models.CharField(_("note"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("note of a review")
        verbose_name_plural = _("notes of reviews")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(place__in=PLACES), name="reviewnote_place_known"),
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="reviewnote_language_known"),
            models.CheckConstraint(condition=~Q(text=""), name="reviewnote_says_something"),
        ]

    def __str__(self):
        return self.text
