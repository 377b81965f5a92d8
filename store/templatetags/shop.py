"""What templates of the shop can say: amounts, pictures, icons, best-before dates, telephone links."""

from urllib.parse import quote

from django import template
from django.templatetags.static import static
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, get_language_info, ngettext

from catalog.languages import direction_of, has_letters, language_of
from catalog.media.renditions import Sources, largest_url, sources_of
from catalog.money import format_money
from catalog.phones import written_phone
from catalog.rib import in_groups
from catalog.stock.models import Lot, Precision

from ..payments.methods import METHODS

register = template.Library()


@register.filter
def money(amount):
    """An amount in dirhams, kept together and in its own direction."""
    return format_html('<bdi class="money">{}</bdi>', format_money(amount))


@register.filter
def amount(amount):
    """A cell of a table of dirhams: without the currency, and empty for nothing."""
    return format_html('<bdi class="money">{}</bdi>', format_money(amount, currency=False)) if amount else ""


@register.filter
def taken_off(amount_):
    """The same of what is taken off."""
    return amount(-amount_)


@register.filter
def rib(digits: str) -> str:
    return in_groups(digits)


@register.filter
def money_in(amount, currency: str):
    """An amount of another currency, such as what a card is charged."""
    return format_html('<bdi class="money">{}\u00a0{}</bdi>', format_money(amount, currency=False), currency)


@register.filter
def plain_money_in(amount, currency: str) -> str:
    return f"{format_money(amount, currency=False)}\u00a0{currency}"


@register.filter
def plain_money(amount) -> str:
    """An amount in dirhams as plain text, for mails."""
    return format_money(amount)


@register.filter
def negative(amount):
    """What is taken off, as an amount below zero."""
    return -amount


#: How wide a picture is shown, by its place: what a browser chooses the rendition by.
SIZES = {
    "hero": "(min-width: 60rem) 40rem, 100vw",
    "cover": "(min-width: 74rem) 72rem, calc(100vw - 2rem)",
    "photo": "(min-width: 72rem) 36rem, (min-width: 60rem) calc(52vw - 3rem), calc(90vw - 2rem)",
    "lone photo": "(min-width: 72rem) 36rem, (min-width: 60rem) calc(52vw - 3rem), calc(100vw - 2rem)",
    "other photo": "(min-width: 72rem) 18rem, (min-width: 60rem) calc(26vw - 2rem), calc(90vw - 2rem)",
    "card": (
        "(min-width: 72rem) 16.9rem, (min-width: 64rem) calc(25vw - 1.7rem), (min-width: 40rem) calc(33vw - 1.7rem), "
        "calc(50vw - 1.5rem)"
    ),
    "cooperative": "(min-width: 48rem) 34rem, calc(100vw - 2rem)",
    "portrait": "(min-width: 44rem) 14rem, calc(100vw - 2rem)",
    "line": "5.5rem",
}


@register.simple_tag
def preload_picture(image, place: str):
    """Have the browser fetch the page's first picture before it has read as far."""
    sources = sources_of(image).sources if image else []
    if not sources:
        return ""
    kind, srcset = sources[0]
    return format_html(
        '<link rel="preload" as="image" type="{}" imagesrcset="{}" imagesizes="{}" fetchpriority="high">',
        kind, srcset, SIZES[place],
    )  # fmt: skip


def focus_class(image) -> str:
    """Which part of the picture stays when it is cropped: one of 5 × 5 points, the middle when the editor chose none."""
    if not image.has_focal_point():
        return ""
    x, y = (
        round(4 * at / side) for at, side in ((image.focal_point_x, image.width), (image.focal_point_y, image.height))
    )
    return f"focus-{min(x, 4)}{min(y, 4)}"


@register.inclusion_tag("components/picture.html")
def picture(image, alt="", place="cover", *, eager=False):
    """A `<picture>` from renditions that exist; none is ever made here. `place`: a key of `SIZES`."""
    sources: Sources = sources_of(image)
    return {
        "sources": sources,
        "alt": alt,
        "sizes": SIZES[place],
        "eager": eager,
        "focus": focus_class(image),
        "color_class": image.color_class,
    }


@register.simple_tag(takes_context=True)
def card_of(context, product):
    """The card of a product that blocks name, if it can be seen in the shop; `cards_shown` holds those of the whole page."""
    return context.get("cards_shown", {}).get(product.pk) if product else None


@register.filter
def largest(image) -> str:
    """The address of a picture for looking at it closely."""
    return largest_url(image)


@register.simple_tag
def icon(name: str):
    """A line icon of the sprite, for the eye only. What points forward does so in Arabic as well."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        " icon--forward" if name == "arrow" else "", static("img/icons.svg"), name,
    )  # fmt: skip


@register.filter
def best_before(lot: Lot) -> str:
    """The best-before date as exactly as the label tells it."""
    style = {Precision.DAY: "DATE_FORMAT", Precision.MONTH: "MONTH_FORMAT", Precision.YEAR: "Y"}[
        lot.best_before_precision
    ]
    return formats.date_format(lot.best_before, formats.get_format(style))


@register.filter
def direction(text) -> str:
    """The `dir` of what somebody typed, on paper."""
    return direction_of(str(text))


@register.filter
def phone(number) -> str:
    """A telephone as people write it, never broken."""
    return written_phone(number).replace(" ", "\xa0")


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
    return ngettext("in %(least)s to %(most)s working day", "in %(least)s to %(most)s working days", most) % {
        "least": least,
        "most": most,
    }


@register.filter
def code(text):
    """The number of an order, of a lot or of a voucher: kept together, and in its own direction."""
    return format_html('<bdi class="code">{}</bdi>', text)


@register.filter
def seller_facts(text: str):
    """`legal name · register · seat`, as an order keeps them, each on a line of its own and in the direction of its letters."""
    *in_law, seat = text.split(" · ", 2)
    lines = [*_in_french(in_law), format_html("<bdi>{}</bdi>", seat)]
    return format_html_join(mark_safe("<br>"), "{}", ([line] for line in lines))


@register.filter
def called_in_law(cooperative):
    """Its legal name and its register, each on a line of its own."""
    lines = _in_french([cooperative.legal_name, cooperative.registration])
    return format_html_join(mark_safe("<br>"), "{}", ([line] for line in lines))


def _in_french(facts) -> list:
    """The law has them in French alone."""
    return [format_html('<bdi lang="fr">{}</bdi>', fact) for fact in facts]


@register.simple_tag
def words(row, field: str):
    """A text of a row that has one for each language. In another than the page's, it says in which it is."""
    text, language = getattr(row, field) or "", language_of(row, field)
    if language == get_language() or not has_letters(text):
        return text
    direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
    return format_html('<span lang="{}" dir="{}">{}</span>', language, direction, text)


@register.filter
def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, which blank lines part."""
    return [paragraph.strip() for paragraph in (text or "").split("\n\n") if paragraph.strip()]


@register.filter
def initials(person) -> str:
    """`FZ` for Fatima Zahra: stands where a photo would."""
    return "".join(word[0] for word in str(person).split()[:2] if word[0].isalnum())
