from functools import partial

from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from catalog.cooperatives.models import Cooperative
from catalog.products.queries import share_picture
from cms.models import (
    ABOUT_SLUG,
    CONTACT_SLUG,
    COOPERATIVES_SLUG,
    GUIDES_SLUG,
    IMPACT_SLUG,
    SHARED_BY_ALL,
    STORIES_SLUG,
    cooperatives_told,
    fixed_slugs,
    published_kinds,
)

#: The pages that the shop itself links to: their name in templates and the word in their address.
FIXED_PAGES = {
    "cooperatives": COOPERATIVES_SLUG,
    "stories": STORIES_SLUG,
    "guides": GUIDES_SLUG,
    "impact": IMPACT_SLUG,
    "about": ABOUT_SLUG,
    "contact": CONTACT_SLUG,
}


def shop(request):
    """What every page of the shop needs: names, addresses of fixed pages, and the same page in the other languages."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    root = f"/{language}/"
    return {
        "LANGUAGE_CODE": language,
        "site_name": settings.SITE_NAMES[language],
        "site_names": settings.SITE_NAMES,
        "site_url": settings.SITE_URL,
        "is_demonstration": settings.IS_DEMONSTRATION,
        "contact_email": settings.CONTACT_EMAIL,
        "cndp_receipt": settings.CNDP_RECEIPT,
        "home_url": root,
        **{f"{name}_url": f"{root}{slug}/" for name, slug in FIXED_PAGES.items()},
        "foot": SimpleLazyObject(partial(_foot, language)),  # asked only where it is shown
        "is_rtl": translation.get_language_bidi(),
        "languages": [(code, name, _in_language(request, code)) for code, name in settings.LANGUAGES],
    }


def _foot(language: str) -> dict:
    """What stands at the foot of every page, and the picture of links to those that have none; something new comes there
    within a minute."""
    return cache.get_or_set(f"foot-{language}", partial(_ask_for_foot, language), timeout=60)


def _ask_for_foot(language: str) -> dict:
    slugs = fixed_slugs(language)
    return {
        "pages": {name for name, slug in FIXED_PAGES.items() if slug in slugs},
        "cooperatives": list(Cooperative.objects.selling()),
        "told": cooperatives_told(language),
        "legal_kinds": published_kinds(),
        "picture": share_picture(SHARED_BY_ALL),
    }


#: Characters; nobody's choices are longer, and what is longer would be written into the page once for each language.
LONGEST_QUERY = 2_000


def _in_language(request, code: str) -> str:
    """This page's address in another language. Every path begins with its language; the rest stays."""
    head, _, rest = request.path.lstrip("/").partition("/")
    if head not in dict(settings.LANGUAGES):
        return f"/{code}/"
    if request.method != "GET":  # an answer to a form; at work its page can be opened again, in the shop it may not
        return f"/{code}/{rest}" if rest.startswith("espace/") else f"/{code}/"
    query = request.META.get("QUERY_STRING", "")
    return f"/{code}/{rest}" + (f"?{query}" if 0 < len(query) <= LONGEST_QUERY else "")
