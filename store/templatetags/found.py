"""What templates tell search engines and those who share a link (schema.org, Open Graph)."""

import json

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from catalog.media.renditions import largest_url

register = template.Library()

_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def absolute(url: str) -> str:
    """An address with the shop's host; media may have one already."""
    return url if url.startswith(("https://", "http://")) else f"{settings.SITE_URL}{url}"


@register.simple_tag
def product_data(card):
    """schema.org Product of a card, an Offer for each size."""
    product, cooperative = card.product, card.cooperative
    address = absolute(reverse("product", args=[card.sale.slug]))
    seller = {"@type": "Organization", "name": cooperative.name, "legalName": cooperative.legal_name}
    offers = [
        {
            "@type": "Offer",
            "url": address,
            "sku": offer.variant.sku,
            "name": f"{product.name}, {offer.variant.size_label}",
            "price": f"{offer.variant.price:.2f}",
            "priceCurrency": "MAD",
            "availability": f"https://schema.org/{'InStock' if offer.is_available else 'OutOfStock'}",
            "itemCondition": "https://schema.org/NewCondition",
            "seller": seller,
        }
        for offer in card.offers
    ]
    return _block(
        {
            "@type": "Product",
            "name": product.name,
            "description": product.summary or product.description,
            "url": address,
            "image": [absolute(largest_url(photo.image)) for photo in card.photos],
            "brand": {"@type": "Brand", "name": cooperative.name},
            "category": card.sale.category.name,
            "offers": offers,
        }
    )


@register.simple_tag
def breadcrumb_data(trail):
    """schema.org BreadcrumbList of a trail of (name, address); the last one is this page."""
    steps = [
        {
            "@type": "ListItem",
            "position": position,
            "name": str(name),
            **({"item": absolute(address)} if address else {}),
        }
        for position, (name, address) in enumerate(trail, start=1)
    ]
    return _block({"@type": "BreadcrumbList", "itemListElement": steps})


@register.simple_tag
def organization_data(cooperative=None, *, url: str, image=None):
    """schema.org Organization: a cooperative, or the shop itself."""
    if cooperative is None:
        name = settings.SITE_NAMES[get_language()]
        return _block({"@type": "Organization", "name": name, "url": absolute(url), "email": settings.CONTACT_EMAIL})
    return _block(
        {
            "@type": "Organization",
            "name": cooperative.name,
            "legalName": cooperative.legal_name,
            "description": cooperative.tagline,
            "url": absolute(url),
            "telephone": str(cooperative.phone),
            "address": {
                "@type": "PostalAddress",
                "streetAddress": cooperative.address,
                "addressLocality": cooperative.commune,
                "addressCountry": "MA",
            },
            **({"image": absolute(largest_url(image))} if image else {}),
        }
    )


@register.simple_tag
def sharing(title: str, description: str, path: str, picture=None, kind: str = "website"):
    """Open Graph: what a messenger shows of a link. `picture`: a SharePicture, 1200 × 630."""
    properties = {
        "og:type": kind,
        "og:site_name": settings.SITE_NAMES[get_language()],
        "og:locale": {"fr": "fr_MA", "ar": "ar_MA", "en": "en_US"}[get_language()],
        "og:title": title,
        "og:description": description,
        "og:url": absolute(path),
    }
    if picture:
        properties |= {
            "og:image": absolute(picture.file.url),
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": title,
        }
    return format_html_join("\n", '<meta property="{}" content="{}">', (pair for pair in properties.items() if pair[1]))


def _block(data: dict):
    """A data block for machines: not a script, so that the content policy does not stop it."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - no <, > or & is left
