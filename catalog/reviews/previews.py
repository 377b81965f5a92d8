"""The real page of a product before and after a change, for who wrote it and who reviews it."""

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_sameorigin

from ..products.drafts import draft_of
from ..products.models import Product

BEFORE, AFTER = "before", "after"


@xframe_options_sameorigin
def preview(request, product: Product, which: str, *, language: str) -> HttpResponse:
    """The page of what is published (`before`) or of the draft (`after`), as a buyer would see it."""
    if which == BEFORE and not product.live:
        raise Http404("it was never published")
    shown = product if which == BEFORE else draft_of(product)
    with translation.override(language):
        context = {**shown.get_preview_context(request, ""), "is_preview": which == AFTER}
        page = render_to_string(shown.get_preview_template(request, ""), context, request=request)
    return HttpResponse(page)
