"""What remains to be done before a product's words are published."""

from django.conf import settings
from django.utils.translation import gettext as _

from ..checklist import Line, claims_line
from ..claims.find import claim_words
from ..rules.missing import missing
from .models import Product

_TEXTS = ("name", "summary", "description", "composition", "advice")


def checklist(product: Product) -> list[Line]:
    """Three queries for the claims, however long the texts are, four for the rules of its use; the photos are those of the
    draft."""
    texts = {code: _texts(product, code) for code, _name in settings.LANGUAGES}
    claims = [claims_line(texts[code], claim_words(code)) for code in texts]
    return [
        *_asked_of_its_use(product),
        _told_in_each_language(product),
        _photos(product),
        Line(claims[0].what, tuple(place for line in claims for place in line.todo)),
    ]


def _asked_of_its_use(product: Product) -> list[Line]:
    """The one line without which it cannot go live; there is none before it is said what the product is."""
    if not product.pk:
        return []
    return [Line(_("What its use asks for"), tuple(line.text for line in missing(product)))]


def _texts(product: Product, code: str) -> list[tuple[str, str]]:
    language = dict(settings.LANGUAGES)[code]
    named = {field: product._meta.get_field(field).verbose_name for field in _TEXTS}
    return [
        (f"{language}, {named[field]}", text) for field in _TEXTS if (text := getattr(product, f"{field}_{code}") or "")
    ]


def _told_in_each_language(product: Product) -> Line:
    missing = [
        _("{language}: write {what}").format(language=language, what=product._meta.get_field(field).verbose_name)
        for code, language in settings.LANGUAGES
        for field in ("name", "summary", "description")
        if not getattr(product, f"{field}_{code}")
    ]
    return Line(_("Name, line and description in each language"), tuple(missing))


def _photos(product: Product) -> Line:
    photos = list(product.photos.all())
    missing = [
        _("Photo {number}, {language}: say what is seen").format(number=number, language=language)
        for number, photo in enumerate(photos, 1)
        for code, language in settings.LANGUAGES
        if not getattr(photo, f"alt_{code}")
    ]
    return Line(_("A photo, and what is seen on each"), tuple(missing if photos else [_("Photos: add one")]))
