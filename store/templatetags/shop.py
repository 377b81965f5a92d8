"""What templates of the shop can say: amounts, pictures, icons, best-before dates, telephone links."""

from urllib.parse import quote

import phonenumbers
from django import template
from django.templatetags.static import static
from django.utils import formats
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.media.renditions import Sources, largest_url, sources_of
from catalog.money import format_money
from catalog.stock.models import Lot, Precision

from ..payments.methods import METHODS

register = template.Library()


@register.filter
def money(amount):
    """An amount in dirhams, kept together and in its own direction."""
    return format_html('<bdi class="money">{}</bdi>', format_money(amount))


@register.filter
def plain_money(amount) -> str:
    """An amount in dirhams as plain text, for mails."""
    return format_money(amount)


@register.inclusion_tag("components/picture.html")
def picture(image, alt="", sizes="100vw", *, eager=False, css=""):
    """A `<picture>` from renditions that exist; none is ever made here."""
    sources: Sources = sources_of(image)
    return {
        "sources": sources,
        "alt": alt,
        "sizes": sizes,
        "eager": eager,
        "css": css,
        "color_class": image.color_class,
    }


@register.filter
def largest(image) -> str:
    """The address of a picture for looking at it closely."""
    return largest_url(image)


@register.simple_tag
def icon(name: str):
    """A line icon of the sprite, for the eye only."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("img/icons.svg"), name
    )


@register.filter
def best_before(lot: Lot) -> str:
    """The best-before date as exactly as the label tells it."""
    style = {Precision.DAY: "DATE_FORMAT", Precision.MONTH: "MONTH_FORMAT", Precision.YEAR: "Y"}[
        lot.best_before_precision
    ]
    return formats.date_format(lot.best_before, formats.get_format(style))


@register.filter
def phone(number) -> str:
    """0612 34 56 78 as people write it; foreign numbers with their country code."""
    if number.country_code == 212:
        digits = f"0{number.national_number}"
        return f"{digits[:4]} {digits[4:6]} {digits[6:8]} {digits[8:]}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@register.simple_tag
def whatsapp_url(number, text: str = "") -> str:
    """A link that opens a chat with the text ready to send."""
    return f"https://wa.me/{str(number).lstrip('+')}?text={quote(text)}"


@register.filter
def payment_label(method: str) -> str:
    return METHODS[method].label if method in METHODS else method


@register.filter
def working_days(quote_or_part) -> str:
    """`2 to 4 working days`, from anything with a least and a most number of days."""
    least = getattr(quote_or_part, "days_min", None) or getattr(quote_or_part, "delivery_days_min", 0)
    most = getattr(quote_or_part, "days_max", None) or getattr(quote_or_part, "delivery_days_max", 0)
    if least == most:
        return ngettext("in %(days)s working day", "in %(days)s working days", most) % {"days": most}
    return _("in %(least)s to %(most)s working days") % {"least": least, "most": most}


@register.filter
def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, which blank lines part."""
    return [paragraph.strip() for paragraph in (text or "").split("\n\n") if paragraph.strip()]
