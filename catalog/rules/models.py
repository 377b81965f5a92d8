from django.db import models
from django.utils.translation import gettext_lazy as _

from ..evidence.models import EvidenceKind
from ..products.models import Use


class Need(models.TextChoices):
    """What may be asked of a product: a text, a size, or a document with its number."""

    COMPOSITION = "composition", _("Ingredients and allergens, in French and Arabic")
    ADVICE = "advice", _("Use and keeping, in French and Arabic")
    LATIN_NAME = "latin_name", _("Botanical name")
    NET_CONTENT = "net_content", _("Net weight or volume: a size on sale in grams or milliliters")
    SANITARY = EvidenceKind.SANITARY.value, EvidenceKind.SANITARY.label
    COSMETIC = EvidenceKind.COSMETIC.value, EvidenceKind.COSMETIC.label
    ANALYSIS = EvidenceKind.ANALYSIS.value, EvidenceKind.ANALYSIS.label
    LABEL = EvidenceKind.LABEL.value, EvidenceKind.LABEL.label


class Requirement(models.Model):
    """One thing that the federation asks of every product of a use before it goes live."""

    use = models.CharField(_("use"), max_length=10, choices=Use)
    need = models.CharField(_("what is asked"), max_length=12, choices=Need)

    class Meta:
        verbose_name = _("rule of publishing")
        verbose_name_plural = _("rules of publishing")
        ordering = ["use", "need"]
        constraints = [
            models.UniqueConstraint(fields=["use", "need"], name="requirement_once"),
            models.CheckConstraint(condition=models.Q(use__in=Use.values), name="requirement_use_known"),
            models.CheckConstraint(condition=models.Q(need__in=Need.values), name="requirement_need_known"),
        ]

    def __str__(self):
        return f"{self.get_use_display()}: {self.get_need_display()}"
