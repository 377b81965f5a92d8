"""A product from its first words to the shelf: written and shown here, read by a reviewer, bought in the shop."""

from dataclasses import dataclass
from functools import partial

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from catalog.members.models import CooperativeMember
from catalog.money import MoneyField
from catalog.products import drafts, offers
from catalog.products.checklist import checklist
from catalog.products.models import Category, Product, Use
from catalog.products.units import Unit
from catalog.reviews.changes import changes_in, photos_in
from catalog.reviews.previews import AFTER, BEFORE, preview
from catalog.reviews.queries import Standing, sent_back, standings
from catalog.rules.missing import keeps_from_going_live

from ..permissions import Deed, may, product_of, products_of
from .door import for_members

METHODS = ("GET", "HEAD", "POST")


@dataclass(frozen=True)
class Row:
    product: Product
    standing: Standing


@for_members(Deed.WRITE_PRODUCTS)
def products(request, member: CooperativeMember):
    """Every product with what becomes of it; three queries, however many there are."""
    mine = list(products_of(member).prefetch_related("variants", "photos__image__renditions"))
    standing = standings(mine)
    rows = [Row(product, standing[product.pk]) for product in mine]
    return render(request, "workspace/products.html", {"page": "products", "rows": rows})


class NewProductForm(forms.Form):
    """Enough to begin with; everything else is said on the product's own page."""

    name_fr = forms.CharField(label=gettext_lazy("Name in French"), max_length=120, required=False)
    name_ar = forms.CharField(
        label=gettext_lazy("Name in Arabic"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"lang": "ar", "dir": "rtl"}),
    )
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=gettext_lazy("On which shelf"),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Say on which shelf it belongs.")},
    )
    use = forms.ChoiceField(label=gettext_lazy("What it is for"), choices=[("", gettext_lazy("Choose")), *Use.choices])
    size = forms.IntegerField(
        label=gettext_lazy("Size"),
        min_value=1,
        max_value=100_000,
        help_text=gettext_lazy("The number alone, such as 250."),
    )
    unit = forms.ChoiceField(label=gettext_lazy("In"), choices=Unit.choices)
    price = MoneyField(gettext_lazy("Price in dirhams, tax included")).formfield()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name_fr"].hides_optional = self.fields["name_ar"].hides_optional = True
        self.fields["category"].queryset = Category.objects.filter(children=None).select_related("parent")

    def clean(self):
        answers = super().clean()
        if not answers.get("name_fr") and not answers.get("name_ar"):
            self.add_error("name_fr", _("Give it a name, in French or in Arabic."))
        return answers

    @property
    def words(self) -> dict[str, str]:
        return {field: self.cleaned_data[field] for field in ("name_fr", "name_ar") if self.cleaned_data[field]}


@for_members(Deed.SET_PRICES, methods=METHODS)
def new_product(request, member: CooperativeMember):
    form = NewProductForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        product = drafts.begin(
            cooperative=member.cooperative,
            category=answers["category"],
            use=Use(answers["use"]),
            words=form.words,
            by=request.user,
        )
        offers.add_size(product, size=answers["size"], unit=answers["unit"], price=answers["price"], by=request.user)
        messages.success(request, _("It is a draft: nobody sees it yet. Add its words and photos."))
        return redirect("workspace_product", member.cooperative.slug, product.pk)
    context = {"page": "products", "form": form}
    return render(request, "workspace/new_product.html", context, status=422 if form.errors else 200)


@for_members(Deed.WRITE_PRODUCTS, methods=METHODS)
def product(request, member: CooperativeMember, pk: int):
    """Where it stands, what is missing, and what can be done with it."""
    product = product_of(member, pk)
    if request.method == "POST":
        return _done(request, member, product)
    draft = drafts.draft_of(product)
    context = {
        "page": "products",
        "product": product,
        "draft": draft,
        "photos": drafts.photos_of(draft),
        "variants": list(product.variants.all()),
        "standing": standings([product])[product.pk],
        "sent_back": sent_back(product),
        "lines": checklist(draft),
        "missing": _missing(product, draft),
    }
    return render(request, "workspace/product.html", context)


def _missing(product: Product, draft: Product) -> list[str]:
    """What a reviewer cannot do without, and what stands against publishing it."""
    lines = []
    if not draft.name_fr:
        lines.append(_("Write its name in French."))
    if not draft.photos.all():
        lines.append(_("Add a photo."))
    if not any(variant.is_active for variant in product.variants.all()):
        lines.append(_("Add a size with its price."))
    return [*lines, *(line.text for line in keeps_from_going_live(draft))]


def _submit(request, member: CooperativeMember, product: Product) -> str:
    if missing := _missing(product, drafts.draft_of(product)):
        messages.error(request, " ".join([_("Before it is sent:"), *missing]))
        return ""
    try:
        drafts.submit(product, by=request.user)
    except drafts.NothingToReview:
        messages.info(request, _("There is nothing new to review."))
        return ""
    except drafts.NobodyReviews:
        messages.error(request, _("Nobody reviews products at the moment. Speak with the federation."))
        return ""
    return _("Sent. A reviewer reads it; what is on sale stays as it is until then.")


def _take_back(request, member: CooperativeMember, product: Product) -> str:
    drafts.take_back(product, by=request.user)
    return _("Taken back. Send it again when it is ready.")


def _withdraw(request, member: CooperativeMember, product: Product) -> str:
    offers.withdraw(product.sale, by=request.user)
    return _("Nobody can buy it any more. You can put it back here.")


def _put_back(request, member: CooperativeMember, product: Product) -> str:
    offers.put_back(product.sale, by=request.user)
    return _("It is on the shelf again.")


#: Each button of the page: who may press it, and what it does; what that returns is said when it is done.
DEEDS = {
    "submit": (Deed.WRITE_PRODUCTS, _submit),
    "take_back": (Deed.WRITE_PRODUCTS, _take_back),
    "withdraw": (Deed.SET_PRICES, _withdraw),
    "put_back": (Deed.SET_PRICES, _put_back),
}


def _done(request, member: CooperativeMember, product: Product):
    if request.POST.get("deed") == "duplicate":
        if not may(member, Deed.SET_PRICES):
            return render(request, "workspace/not_yours.html", status=403)
        return _duplicated(request, member, product)
    deed, do = DEEDS.get(request.POST.get("deed", ""), (None, None))
    if do is None:
        messages.error(request, _("Nothing was changed: this button is not known."))
    elif not may(member, deed):
        return render(request, "workspace/not_yours.html", status=403)
    elif told := do(request, member, product):
        messages.success(request, told)
    return redirect("workspace_product", member.cooperative.slug, product.pk)


def _duplicated(request, member: CooperativeMember, product: Product):
    draft = drafts.draft_of(product)
    names = {}
    for language in ("fr", "ar", "en"):
        if name := getattr(draft, f"name_{language}"):
            with override(language):
                names[f"name_{language}"] = _("%(name)s (copy)") % {"name": name[:100]}
    copy = drafts.duplicate(product, words=names, by=request.user)
    messages.success(request, _("This is the copy: a draft with the same words and photos. Give it a name and sizes."))
    return redirect("workspace_product", member.cooperative.slug, copy.pk)


@csp_update({"frame-src": [SELF]})
@for_members(Deed.WRITE_PRODUCTS)
def changes(request, member: CooperativeMember, pk: int):
    """What is on sale beside what was written since, in each language."""
    product = product_of(member, pk)
    draft = drafts.draft_of(product)
    context = {
        "page": "products",
        "product": product,
        "changed": changes_in(product, draft, page=partial(_page, member, product)),
        "photos": photos_in(product, draft),
        "shown_language": get_language(),
        "sent_back": sent_back(product),
    }
    return render(request, "workspace/changes.html", context)


def _page(member: CooperativeMember, product: Product, which: str, language: str) -> str:
    with override(language):
        return reverse("workspace_preview", args=[member.cooperative.slug, product.pk, which])


@for_members(Deed.WRITE_PRODUCTS)
def preview_of(request, member: CooperativeMember, pk: int, which: str):
    """The real page before or after, in the language of the address."""
    product = product_of(member, pk)
    if which not in (BEFORE, AFTER):
        raise Http404("there is a page before and a page after")
    return preview(request, product, which, language=get_language())
