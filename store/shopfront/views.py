"""Pages that are the same for everybody: they set no cookie, write nothing and may be cached."""

from functools import wraps

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from catalog.cooperatives.models import Cooperative
from catalog.products.models import Category
from catalog.products.queries import cards, category_tree, listing, product_at, share_picture
from cms.models import guides_about

from ..delivery.prices import cheapest_courier_quote
from ..limits import limited
from .forms import ListingForm

PER_PAGE = 24
#: Seconds that a browser or a cache may show a public page without asking again.
FRESH = 60


def public_page(view):
    """A page for everybody: only read, and cacheable."""

    @wraps(view)
    @require_safe
    def inner(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=FRESH)
        return response

    return inner


@require_safe
def choose_language(request):
    """From `/` to the home page in the language that the browser asks for; the choice is never remembered."""
    response = redirect(f"/{preferred_language(request)}/")
    patch_vary_headers(response, ["Accept-Language"])
    return response


@limited("search", counts=lambda request: request.GET.get("q"))
@public_page
def product_list(request, category: str | None = None):
    categories = category_tree()
    shelf = _shelf(categories, category) if category else None
    form = ListingForm(request.GET, cooperatives=list(Cooperative.objects.selling()))
    paginator = Paginator(listing(category=shelf, **form.wishes), PER_PAGE)
    page = paginator.get_page(request.GET.get("page", "").replace("\0", ""))
    context = {
        "form": form,
        "category": shelf,
        "description": _description_of(shelf),
        "trail": [*_trail(shelf)[:-1], (shelf.name, "")] if shelf else [],
        "categories": categories,
        "page": page,
        "cards": cards(page.object_list),
        "count": paginator.count,
        "query": form.wishes["query"],
        "is_narrowed": any([form.wishes["query"], form.wishes["cooperative"], form.wishes["in_stock"]]),
    }
    return render(request, "shopfront/listing.html", context)


@public_page
def product(request, slug: str):
    card = product_at(slug)
    if card is None:
        raise Http404("no product on sale has this address")
    context = {
        "card": card,
        "product": card.product,
        "first_place": "photo" if len(card.photos) > 1 else "lone photo",
        "delivery": cheapest_courier_quote(),
        "share_picture": share_picture(f"product:{card.product.pk}"),
        "guides": guides_about(card.sale.category, language=get_language()),
        "trail": [*_trail(card.sale.category), (card.product.name, "")],
    }
    return render(request, "shopfront/product.html", context)


def preferred_language(request) -> str:
    """The first language of the browser that the shop speaks, French if there is none."""
    offered = dict(settings.LANGUAGES)
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if (language := code.split("-")[0]) in offered:
            return language
    return settings.LANGUAGE_CODE


def _description_of(shelf: Category | None) -> str:
    """What search engines and messengers say of a shelf, or of all of them."""
    if shelf:
        return _("%(shelf)s: products of Moroccan cooperatives, paid on delivery.") % {"shelf": shelf.name}
    return _("Honeys, essential oils and plants from Moroccan cooperatives, paid on delivery.")


def _trail(category: Category) -> list[tuple[str, str]]:
    """The way from the whole shop to a shelf: (name, address)."""
    shelves = [category.parent, category] if category.parent else [category]
    steps = [(shelf.name, reverse("category", args=[shelf.slug])) for shelf in shelves]
    return [(_("Shop"), reverse("listing")), *steps]


def _shelf(categories: list[Category], slug: str) -> Category:
    for top in categories:
        for category in [top, *top.children.all()]:
            if category.slug == slug:
                return category
    raise Http404("no category has this address")
