"""Sizes and prices: they count at once."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.members.models import CooperativeMember
from catalog.money import MoneyField, format_money
from catalog.products import offers
from catalog.products.models import Product, Variant
from catalog.products.units import Unit

from ..permissions import Deed, product_of
from .door import for_members


def _price() -> forms.DecimalField:
    return MoneyField(gettext_lazy("Price in dirhams, tax included")).formfield()


class PriceForm(forms.Form):
    """`seen` is the price that was read."""

    price = _price()
    seen = forms.DecimalField(widget=forms.HiddenInput, max_digits=9, decimal_places=2)


class SizeForm(forms.Form):
    size = forms.IntegerField(
        label=gettext_lazy("Size"),
        min_value=1,
        max_value=100_000,
        help_text=gettext_lazy("The number alone, such as 250."),
    )
    unit = forms.ChoiceField(label=gettext_lazy("In"), choices=Unit.choices)
    price = _price()


@for_members(Deed.SET_PRICES, methods=("GET", "HEAD", "POST"))
def sizes(request, member: CooperativeMember, pk: int):
    product = product_of(member, pk)
    variants = list(product.variants.all())
    deed = request.POST.get("deed", "") if request.method == "POST" else ""
    touched = next((each for each in variants if str(each.pk) == request.POST.get("variant")), None)
    new = SizeForm(request.POST if deed == "add" else None, auto_id="new_%s")
    forms_of = {
        each.pk: PriceForm(
            request.POST if deed == "price" and each is touched else None,
            auto_id=f"price_{each.pk}_%s",
            initial={"price": each.price, "seen": each.price},
        )
        for each in variants
    }
    if deed:
        told = _done(product, deed, touched, new, forms_of, by=request.user)
        if told:
            messages.success(request, told)
            return redirect("workspace_sizes", member.cooperative.slug, product.pk)
    context = {
        "page": "products",
        "product": product,
        "sizes": [(each, forms_of[each.pk]) for each in variants],
        "new": new,
    }
    return render(request, "workspace/sizes.html", context, status=422 if deed else 200)


def _done(product: Product, deed: str, touched: Variant | None, new: SizeForm, prices: dict, *, by) -> str:
    """Do what was asked and say so; empty where a form says why not."""
    if deed == "add":
        return _added(product, new, by=by)
    if touched is None:
        return ""
    if deed == "price":
        return _priced(touched, prices[touched.pk], by=by)
    if deed in ("retire", "offer"):
        offers.set_active(touched, deed == "offer", by=by)
        return _("This size is offered again.") if deed == "offer" else _("This size is no longer offered.")
    return ""


def _added(product: Product, form: SizeForm, *, by) -> str:
    if not form.is_valid():
        return ""
    answers = form.cleaned_data
    try:
        variant = offers.add_size(product, size=answers["size"], unit=answers["unit"], price=answers["price"], by=by)
    except offers.SizeTaken:
        form.add_error("size", _("There is such a size already: change its price, or offer it again."))
        return ""
    return _("%(size)s is added. It can be bought once there is stock.") % {"size": variant.size_label}


def _priced(variant: Variant, form: PriceForm, *, by) -> str:
    if not form.is_valid():
        return ""
    try:
        offers.set_price(variant, form.cleaned_data["price"], seen=form.cleaned_data["seen"], by=by)
    except offers.PriceMoved:
        variant.refresh_from_db()
        told = _("Somebody else changed it meanwhile: it costs %(price)s now. Look once more.")
        form.add_error("price", told % {"price": format_money(variant.price)})
        form.data = {**form.data.dict(), "seen": str(variant.price)}
        return ""
    return _("The price is %(price)s from now on.") % {"price": format_money(form.cleaned_data["price"])}
