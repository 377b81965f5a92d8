"""The legal texts' pages, and the form with which a buyer withdraws."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cms.models import LegalKind, LegalText, legal_context, published_kinds

from .views import public_page

#: What a buyer fills in on the sheet, on as many lines.
WITHDRAWAL_LINES = [
    (_("To the cooperative"), 1),
    (_("Order number"), 1),
    (_("Products that are given back"), 3),
    (_("Received on"), 1),
    (_("Full name"), 1),
    (_("Address"), 2),
    (_("Telephone"), 1),
    (_("Date"), 1),
    (_("Signature"), 2),
]


@public_page
def legal_text(request, kind: str):
    """A text in the language of the address; where it is not written in it, the reader is sent to the French."""
    text = LegalText.objects.filter(live=True, kind=kind).first()
    if text is None:
        raise Http404("no text of this kind is published")
    context = legal_context(text)
    if context["words"].language != get_language():
        return redirect(f"/{context['words'].language}/{kind}/")
    return render(request, "shopfront/legal_text.html", context)


@public_page
def withdrawal_form(request):
    """To print and to fill in by hand, in French and Arabic side by side, because who sends it and who gets it may differ."""
    returns = [(kind.label, f"/{get_language()}/{kind}/") for kind in published_kinds() if kind == LegalKind.RETURNS]
    trail = [*returns, (_("Withdrawal form"), "")]
    return render(request, "shopfront/withdrawal_form.html", {"lines": WITHDRAWAL_LINES, "trail": trail})
