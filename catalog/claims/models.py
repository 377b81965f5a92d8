"""Words that claim to cure: what editors keep watch for, in three languages."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class ClaimWord(models.Model):
    """A word, or several in a row, that a seller of food and cosmetics should not use. Texts with it are marked, not refused."""

    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    words = models.CharField(
        _("word or words"),
        max_length=60,
        help_text=_("A star at the end stands for any ending: cicatris* finds cicatriser and cicatrisant."),
    )

    class Meta:
        verbose_name = _("word that claims to cure")
        verbose_name_plural = _("words that claim to cure")
        ordering = ["language", "words"]
        constraints = [models.UniqueConstraint(fields=["language", "words"], name="claimword_once")]

    def __str__(self):
        return self.words

    def clean(self):
        super().clean()
        letters = self.words.removesuffix("*")
        if "*" in letters or not any(letter.isalpha() for letter in letters):
            raise ValidationError({"words": _("Write a word, with a star at its end or none.")})
