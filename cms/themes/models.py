"""What stories are about."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.Model):
    """What a story is about: work, training, a harvest. Its address stays, its name is translated."""

    name = models.CharField(_("name"), max_length=60)
    slug = models.SlugField(_("word in addresses"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["pk"]

    def __str__(self):
        return self.name or self.slug
