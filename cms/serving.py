"""Finding the page that lies at an address: asked of the database at once, where Wagtail asks for each step of the way."""

from django.core.cache import cache
from django.db.models import Q
from django.utils.translation import get_language
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve

from .pages.base import OWN_WORDS, ShopPage, is_restricted


def serve(request, path):
    """Wagtail's own view. What is not found here (drafts, redirected and foreign addresses) is left to Wagtail to look for."""
    if page := page_at(request, path):
        request._wagtail_route_for_request = RouteResult(page)
    return wagtail_serve(request, path)


def page_at(request, path: str) -> ShopPage | None:
    """The live page at this address of the active language, with its parent, its translations and what it shows: two queries."""
    root = _root_of(request)
    if root is None:
        return None
    steps = [step for step in path.split("/") if step]
    way = [root + "".join(f"{step}/" for step in steps[:count]) for count in range(len(steps) + 1)]
    rows = _rows(way)
    by_address = {row.url_path: row for row in rows}
    found = by_address.get(way[-1])
    if found is None or not found.live or not issubclass(found.specific_class or Page, ShopPage):
        return None
    model = found.specific_class
    page = model.objects.select_related("locale", *model.shown_with).get(pk=found.pk)
    told = [row for row in rows if row.translation_key == page.translation_key]
    page.live_translations = [row for row in told if row.live and row.has_own_words]
    page.is_open = not page.alias_of_id and not found.is_restricted
    if len(way) > 1:
        page._cached_parent_obj = by_address.get(way[-2])  # where treebeard keeps it
    return page


def _rows(way: list[str]) -> list[Page]:
    """The pages on this way, and the translations of the last."""
    last = Page.objects.filter(url_path=way[-1]).values("translation_key")[:1]
    pages = Page.objects.filter(Q(url_path__in=way) | Q(translation_key=last)).select_related("locale")
    return list(pages.annotate(is_restricted=is_restricted(), has_own_words=OWN_WORDS))


def _root_of(request) -> str | None:
    """The `url_path` of the home page in the active language, if there is one."""
    host = request.get_host()
    site = cache.get_or_set(f"site-{host}", lambda: Site.find_for_request(request), timeout=60)
    if site is None:
        return None
    request._wagtail_site = site  # where Wagtail keeps it; it asks anew for each request
    roots = {root.language_code: root.root_path for root in Site.get_site_root_paths() if root.site_id == site.pk}
    return roots.get(get_language())
