"""What templates tell search engines and those who share a link (schema.org, Open Graph)."""

import json
import re
from html import unescape

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from catalog.media.renditions import largest_url

register = template.Library()

_ENDS = re.compile(r"</(?:p|h\d|li)>|<br */?>")
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def absolute(url: str | None) -> str | None:
    """An address with the shop's host; media may have one already, and a page that is only previewed may have none."""
    if url is None:
        return None
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
def article_data(article):
    """schema.org Article of a story or a guide."""
    picture = {"image": [absolute(largest_url(article.cover))]} if article.cover else {}
    published = article.published_on or timezone.localdate()  # a preview was not published yet
    name = settings.SITE_NAMES[get_language()]
    return _block(
        {
            "@type": "Article",
            "headline": article.title,
            "description": article.summary,
            "datePublished": published.isoformat(),
            "dateModified": (article.last_published_at or published).isoformat(),
            "inLanguage": get_language(),
            "mainEntityOfPage": absolute(article.url),
            "author": {"@type": "Organization", "name": name},
            "publisher": {"@type": "Organization", "name": name},
            **picture,
        }
    )


@register.simple_tag
def question_data(questions):
    """schema.org FAQPage of the blocks that ask and answer, if there are any."""
    told = [
        {
            "@type": "Question",
            "name": asked["question"],
            "acceptedAnswer": {"@type": "Answer", "text": words_of(asked["answer"].source)},
        }
        for asked in questions
    ]
    return _block({"@type": "FAQPage", "inLanguage": get_language(), "mainEntity": told}) if told else ""


@register.filter
def words_of(html: str) -> str:
    """What is read of a text with marks, in one line; where one ends, the next word does not begin at once."""
    return " ".join(unescape(strip_tags(_ENDS.sub(" ", html))).split())


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
def contact_data(page, phone=None):
    """schema.org ContactPage of the shop."""
    address = absolute(page.url)
    point = {"@type": "ContactPoint", "contactType": "customer service", "email": settings.CONTACT_EMAIL}
    if phone:
        point["telephone"] = phone.as_e164
    name = settings.SITE_NAMES[get_language()]
    organization = {"@type": "Organization", "name": name, "url": settings.SITE_URL, "contactPoint": point}
    return _block({"@type": "ContactPage", "name": page.title, "url": address, "mainEntity": organization})


@register.simple_tag(takes_context=True)
def sharing(context, title: str, description: str, path: str, picture=None, kind: str = "website"):
    """Open Graph: what a messenger shows of a link. `picture`: a SharePicture, 1200 × 630, else that of the whole shop."""
    shown = picture or context["foot"]["picture"]
    properties = {
        "og:type": kind,
        "og:site_name": settings.SITE_NAMES[get_language()],
        "og:locale": {"fr": "fr_MA", "ar": "ar_MA", "en": "en_US"}[get_language()],
        "og:title": title,
        "og:description": description,
        "og:url": absolute(path),
    }
    if shown:
        properties |= {
            "og:image": absolute(shown.file.url),
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": title if picture else settings.SITE_NAMES[get_language()],
        }
    return format_html_join("\n", '<meta property="{}" content="{}">', (pair for pair in properties.items() if pair[1]))


def _block(data: dict):
    """A data block for machines: not a script, so that the content policy does not stop it. What is None is left out."""
    known = {name: value for name, value in data.items() if value is not None}
    text = json.dumps({"@context": "https://schema.org", **known}, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - no <, > or & is left
