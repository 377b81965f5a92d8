from django.conf import settings
from django.utils import translation

from catalog.cooperatives.models import Cooperative
from cms.models import ABOUT_SLUG, COOPERATIVES_SLUG, TERMS_SLUG


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
        "home_url": root,
        "terms_url": f"{root}{TERMS_SLUG}/",
        "about_url": f"{root}{ABOUT_SLUG}/",
        "cooperatives_url": f"{root}{COOPERATIVES_SLUG}/",
        "footer_cooperatives": Cooperative.objects.selling(),  # asked only where it is shown
        "is_rtl": translation.get_language_bidi(),
        "languages": [(code, name, _in_language(request, code)) for code, name in settings.LANGUAGES],
    }


#: Characters; nobody's choices are longer, and what is longer would be written into the page once for each language.
LONGEST_QUERY = 2_000


def _in_language(request, code: str) -> str:
    """This page's address in another language. Every path begins with its language; the rest stays."""
    head, _, rest = request.path.lstrip("/").partition("/")
    if head not in dict(settings.LANGUAGES) or request.method != "GET":
        return f"/{code}/"
    query = request.META.get("QUERY_STRING", "")
    return f"/{code}/{rest}" + (f"?{query}" if 0 < len(query) <= LONGEST_QUERY else "")
