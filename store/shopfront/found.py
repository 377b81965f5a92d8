"""What machines ask of the shop: addresses for search engines, the application's manifest, the page for no connection."""

from collections import defaultdict

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page

from catalog.products.models import Category, ProductSale
from cms.models import LegalText
from cms.pages.base import open_pages

DAY = 86_400
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@require_safe
@cache_control(public=True, max_age=DAY)
def robots(request):
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        *[f"Disallow: /{code}/{private}/" for code in LANGUAGES for private in ("panier", "commande", "communes")],
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap_index')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap_index(request):
    return _xml(request, "found/sitemap_index.xml", {"languages": LANGUAGES})


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap(request, language: str):
    """Everything in one language that is meant to be found, each with its addresses in the others."""
    places = [place for place in [*_pages(), *_shop(), *_legal_texts()] if language in place["addresses"]]
    for place in places:
        place["address"] = place["addresses"][language]
    return _xml(request, "found/sitemap.xml", {"places": places})


def _pages():
    """The site's public pages, with their translations."""
    families = defaultdict(dict)
    # Of no type of ours are the root and the page that Wagtail begins with.
    live = open_pages(Page).not_exact_type(Page).select_related("locale")
    for page in live.order_by("path"):
        if url := page.get_url():
            families[page.translation_key][page.locale.language_code] = (url, page.last_published_at)
    for family in families.values():
        changed = max(filter(None, (at for _url, at in family.values())), default=None)
        yield {"addresses": {code: url for code, (url, _at) in family.items()}, "changed": changed}


def _shop():
    """The listing, the shelves that have something on them, and the products."""
    on_sale = ProductSale.objects.on_sale().filter(product__variants__is_active=True).distinct()
    products = on_sale.values_list("slug", "product__last_published_at").order_by("slug")
    shelves = Category.objects.filter(sales__in=on_sale).values_list("slug", flat=True).distinct().order_by("slug")
    yield _everywhere("listing", [])
    for slug in shelves:
        yield _everywhere("category", [slug])
    for slug, changed in products:
        yield _everywhere("product", [slug], changed)


def _legal_texts():
    for text in LegalText.objects.filter(live=True).order_by("kind"):
        addresses = {code: f"/{code}/{text.kind}/" for code in text.languages}
        yield {"addresses": addresses, "changed": text.last_published_at}
    yield _everywhere("withdrawal_form", [])


def _everywhere(name: str, args: list[str], changed=None) -> dict:
    addresses = {}
    for code in LANGUAGES:
        with translation.override(code):
            addresses[code] = reverse(name, args=args)
    return {"addresses": addresses, "changed": changed}


def _xml(request, template: str, context: dict):
    return render(request, template, {**context, "site_url": settings.SITE_URL}, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=DAY)
def manifest(request):
    """For telephones that put the shop on their first screen."""
    language = translation.get_language()
    return _manifest(settings.SITE_NAMES[language], start=f"/{language}/", scope="/")


@require_safe
@cache_control(public=True, max_age=DAY)
def workspace_manifest(request):
    """The same for those who work in it: another application, which begins with what is to be done."""
    start = reverse("workspace")
    return _manifest(_("Workspace"), start=start, scope=start)


def _manifest(name: str, *, start: str, scope: str) -> JsonResponse:
    language = translation.get_language()
    icons = [
        {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, purpose in ((192, "any"), (512, "any"), (512, "maskable"))
    ]
    content = {
        "id": start,
        "name": name,
        "short_name": name,
        "lang": language,
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
        "start_url": start,
        "scope": scope,
        "display": "minimal-ui",
        "background_color": "#fdfaf4",
        "theme_color": "#f7f2e9",
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_safe
@cache_control(public=True, max_age=DAY)
def offline(request):
    """What the service worker keeps, and shows when there is no connection."""
    return render(request, "offline.html")


@require_safe
@cache_control(public=True, max_age=0)
def service_worker(request):
    """Keeps one page for each language, and the stylesheet, for when there is no connection."""
    keep = [static("css/site.css"), static("img/icons.svg")]
    context = {"pages": _everywhere("offline", [])["addresses"], "keep": keep, "version": keep[0]}
    return render(request, "found/service_worker.js", context, content_type="text/javascript")
