"""The picture at the head of a page: whatever publishes the page, it comes out only with what is seen on it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..editing.publishing import NotReady
from .base import ShopPage


def what_is_seen() -> models.CharField:
    return models.CharField(
        _("what is seen"), max_length=200, blank=True, help_text=_("For people who don't see the picture.")
    )


def is_drawn() -> models.BooleanField:
    return models.BooleanField(
        _("drawn, not photographed"), default=False, help_text=_("The page says so under the picture.")
    )


class CoveredPage(ShopPage):
    #: The field of the picture, that of what is seen on it, and what the checklist calls the place.
    cover_field, alt_field = "cover", "cover_alt"
    cover_place = _("Cover")

    class Meta:
        abstract = True

    @property
    def has_cover(self) -> bool:
        return bool(getattr(self, f"{self.cover_field}_id"))

    def publish(self, revision, *args, **kwargs):
        """Nor is an hour approved for what could not come out when it strikes."""
        revision.as_object().refuse_if_not_ready()
        return super().publish(revision, *args, **kwargs)

    def refuse_if_not_ready(self):
        if self.has_cover and not getattr(self, self.alt_field):
            raise NotReady(_("The cover needs its text: what is seen on it."))

    def save(self, *args, update_fields=None, **kwargs):
        """A draft is kept without."""
        is_shown = self.live and update_fields is None  # with them, Wagtail notes that there is a draft
        if is_shown:
            self.refuse_if_not_ready()
        super().save(*args, update_fields=update_fields, **kwargs)
