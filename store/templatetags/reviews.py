"""What templates say of a product's draft and its review."""

from django import template
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.products.models import Product, ProductPhoto
from catalog.reviews.models import ReviewNote

register = template.Library()


@register.filter
def placed(note: ReviewNote) -> str:
    """Where a note belongs: Description, العربية."""
    if note.place == "photos":
        place = _("Photos")
    else:
        place = capfirst(str(Product._meta.get_field(note.place).verbose_name)) if note.place else ""
    language = {**dict(settings.LANGUAGES), "zgh": _("Tamazight")}.get(note.language, "")
    return ", ".join(filter(None, [place, language])) or _("The whole")


@register.filter
def alts(photo: ProductPhoto) -> list[tuple[str, str, str]]:
    """What is seen on a photo: (language, words, the language's name)."""
    return [(code, getattr(photo, f"alt_{code}") or "", name) for code, name in settings.LANGUAGES]
