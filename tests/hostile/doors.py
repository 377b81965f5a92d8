"""Where editors and staff write: every page, every row of ours that the admin has a form for, pictures and documents.

Found from Wagtail's own registers, so that a new kind of page or row is written into without a word here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import wagtail.admin.urls  # noqa: F401 - it fills the register of viewsets
from django.urls import NoReverseMatch, reverse
from wagtail.admin.viewsets import viewsets
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, RevisionMixin, get_page_models

from store.models import PaymentOption

OURS = {"catalog", "cms", "store"}
#: The admin's pages of one row that say little about it, and those of many rows; where there are such pages.
SIDES = ("history", "usage", "inspect")
LISTS = ("list", "index")


@dataclass(frozen=True)
class Door:
    """A form of the admin, and the pages that show what was written there."""

    name: str
    form: str
    looks: tuple[str, ...]
    #: Those that show its title only.
    sides: tuple[str, ...]
    #: What has to be sent besides, such as the button that publishes.
    button: dict


def kinds_of_pages() -> list[type[Page]]:
    return [model for model in get_page_models() if model._meta.app_label in OURS]


def page_doors() -> Iterator[Door]:
    for page in Page.objects.filter(depth__gt=1).specific():
        if type(page) in kinds_of_pages():
            yield page_door(page)


def page_door(page: Page) -> Door:
    looks = [_page("edit", page), _page("view_draft", page)]
    if page.revisions.count() > 1:
        looks.append(reverse("wagtailadmin_pages:revisions_compare", args=(page.pk, "earliest", "latest")))
    button = {"action-publish": "x", "slug": page.slug}
    sides = (_page("history", page), _page("usage", page))
    return Door(type(page).__name__, looks[0], tuple(looks), sides, button)


def _page(name: str, page: Page) -> str:
    return reverse(f"wagtailadmin_pages:{name}", args=(page.pk,))


def row_doors() -> Iterator[Door]:
    """A row of each model of ours that the admin edits."""
    for viewset in editing_viewsets():
        row = viewset.model._default_manager.order_by("pk").first()
        looks = [_row(viewset, "edit", row.pk)]
        if isinstance(row, RevisionMixin) and row.revisions.count() > 1:
            looks.append(_row(viewset, "revisions_compare", row.pk, "earliest", "latest"))
        sides = tuple(address for name in SIDES if (address := _row(viewset, name, row.pk)))
        button = {"action-publish": "x"} if hasattr(row, "live") else {}
        yield Door(type(row).__name__, looks[0], tuple(looks), sides, button)


def editing_viewsets() -> list:
    # Files have doors of their own; nobody writes words in a way to pay.
    others = (get_image_model(), get_document_model(), PaymentOption)
    return [viewset for viewset in our_viewsets() if "edit" in _names(viewset) and viewset.model not in others]


def address_of_adding(viewset) -> str:
    return reverse(viewset.get_url_name("add"))


def our_viewsets() -> list:
    """Wagtail's register also has viewsets of no model, and choosers, which name theirs."""
    return [
        viewset
        for viewset in viewsets.viewsets
        if hasattr(getattr(viewset, "model", None), "_meta") and viewset.model._meta.app_label in OURS
    ]


def _names(viewset) -> set[str]:
    return {pattern.name for pattern in viewset.get_urlpatterns()}


def _row(viewset, name: str, *arguments) -> str | None:
    try:
        return reverse(viewset.get_url_name(name), args=arguments)
    except NoReverseMatch:
        return None


def file_doors() -> Iterator[Door]:
    """The titles, descriptions and tags of a picture and of a document."""
    for model, places, usage in (
        (get_image_model(), "wagtailimages", "image_usage"), (get_document_model(), "wagtaildocs", "document_usage"),
    ):  # fmt: skip
        row = model.objects.order_by("pk").first()
        edit = reverse(f"{places}:edit", args=(row.pk,))
        yield Door(model.__name__, edit, (edit,), (reverse(f"{places}:{usage}", args=(row.pk,)),), {})


def doors() -> list[Door]:
    return [*row_doors(), *file_doors(), *page_doors()]


def lists() -> list[str]:
    """The pages of the admin that show many rows."""
    of_rows = [address for viewset in our_viewsets() for name in LISTS if (address := _row(viewset, name))]
    of_pages = [
        reverse("wagtailadmin_explore", args=(page.pk,)) for page in Page.objects.filter(depth__lt=4, numchild__gt=0)
    ]
    return [
        *dict.fromkeys(of_rows), *of_pages, reverse("wagtailadmin_home"), reverse("wagtailimages:index"),
        reverse("wagtaildocs:index"), reverse("wagtailadmin_pages:search") + "?q=ran",
        *(reverse(f"wagtailadmin_reports:{name}") for name in ("site_history", "aging_pages")),
    ]  # fmt: skip


def choosers() -> list[str]:
    """The windows in which an editor chooses a page, a picture, a document or a row; they come as JSON."""
    of_rows = [
        reverse(viewset.get_url_name("choose")) for viewset in viewsets.viewsets if "choose" in _names(viewset)
    ]  # fmt: skip
    homes = Page.objects.filter(depth=2)
    return [*of_rows, *(reverse("wagtailadmin_choose_page_child", args=(page.pk,)) for page in homes)]
