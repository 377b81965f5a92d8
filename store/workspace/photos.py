"""The photos of a product: taken with the telephone, put in order by buttons, said in words for who does not see them."""

import re

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.media.forms import PictureField
from catalog.media.models import ShopImage
from catalog.members.models import CooperativeMember
from catalog.products import drafts
from catalog.products.models import Product, ProductPhoto

from ..permissions import Deed, product_of
from .door import for_members

_KEY = re.compile(r"[-0-9a-f]{36}")


class PhotoForm(forms.Form):
    """`key` is made by the browser, one for each file: what is sent again after a lost answer is one photo."""

    file = PictureField(label=gettext_lazy("Photo"), error_messages={"required": gettext_lazy("Choose a photo.")})
    key = forms.RegexField(_KEY, required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].widget = forms.FileInput({"accept": "image/*"})


class AltForm(forms.Form):
    """What is seen on one photo, in each language."""

    def __init__(self, *args, photo: ProductPhoto, **kwargs):
        initial = {f"alt_{code}": getattr(photo, f"alt_{code}") or "" for code, _name in settings.LANGUAGES}
        super().__init__(*args, initial=initial, prefix=f"photo-{photo.image_id}", **kwargs)
        for code, language in settings.LANGUAGES:
            widget = forms.TextInput({"lang": code, "dir": "rtl" if code == "ar" else "ltr"})
            self.fields[f"alt_{code}"] = forms.CharField(label=language, max_length=200, required=False, widget=widget)
            self.fields[f"alt_{code}"].hides_optional = True


@for_members(Deed.WRITE_PRODUCTS, methods=("GET", "HEAD", "POST"))
def photos(request, member: CooperativeMember, pk: int):
    product = product_of(member, pk)
    deed = request.POST.get("deed", "add") if request.method == "POST" else ""
    form = PhotoForm(request.POST if deed == "add" else None, request.FILES if deed == "add" else None)
    shown = drafts.photos_of(drafts.draft_of(product))
    alts = {
        photo.image_id: AltForm(request.POST if deed == "words" else None, photo=photo, auto_id="%s") for photo in shown
    }
    told = _done(member, product, deed, form, alts, request)
    if deed and request.headers.get("Accept") == "application/json":
        return _answer(told, form)
    if told:
        messages.success(request, told)
        return redirect("workspace_photos", member.cooperative.slug, product.pk)
    context = {
        "page": "products",
        "product": product,
        "photos": [(photo, alts[photo.image_id]) for photo in shown],
        "form": form,
        "most": drafts.MOST_PHOTOS,
        "may_add": len(shown) < drafts.MOST_PHOTOS,
        "in_review": product.workflow_in_progress,
    }
    return render(request, "workspace/photos.html", context, status=422 if deed else 200)


def _answer(told: str, form: PhotoForm) -> JsonResponse:
    """For the page's script, which sends one photo after the other."""
    if told:
        return JsonResponse({"told": told}, status=201)
    return JsonResponse(
        {"told": " ".join(str(error) for errors in form.errors.values() for error in errors)}, status=422
    )


def _done(member, product: Product, deed: str, form: PhotoForm, alts: dict, request) -> str:
    """Do what was asked and say so; empty where nothing was asked, or a form says why not."""
    chosen = request.POST.get("photo", "")
    image_id = next((pk for pk in alts if str(pk) == chosen), None)
    match deed:
        case "add":
            return _added(member, product, form, already=len(alts), by=request.user)
        case "words" if all(each.is_valid() for each in alts.values()):
            # Another photo may have come, and been described, since the page was opened.
            sent = {
                pk: each
                for pk, each in alts.items()
                if any(name.startswith(f"{each.prefix}-") for name in request.POST)
            }
            words = {pk: each.cleaned_data for pk, each in sent.items()}
            drafts.change(product, drafts.say_what_is_seen(words), by=request.user)
            return _("Kept.")
        case "earlier" | "later" if image_id:
            step = drafts.move_photo(image_id, by=-1 if deed == "earlier" else 1)
            drafts.change(product, step, by=request.user)
            return _("Moved. The first photo stands in the lists of the shop.")
        case "remove" if image_id:
            drafts.change(product, drafts.remove_photo(image_id), by=request.user)
            return _("The photo is out of the draft.")
    return ""


def _added(member: CooperativeMember, product: Product, form: PhotoForm, *, already: int, by) -> str:
    if not form.is_valid():
        return ""
    key = form.cleaned_data["key"] or None
    if key and ShopImage.objects.filter(cooperative=member.cooperative_id, upload_key=key).exists():
        return _("The photo is in the draft.")  # its answer was lost on the way
    if already >= drafts.MOST_PHOTOS:
        form.add_error("file", _("There are %(most)s photos already. Remove one first.") % {"most": drafts.MOST_PHOTOS})
        return ""
    try:
        with transaction.atomic():
            file = form.cleaned_data["file"]
            image = ShopImage.sent_by(member.cooperative, file, title=str(product), by=by, upload_key=key)
            drafts.change(product, drafts.add_photo(image), by=by)
    except IntegrityError:
        if not (key and ShopImage.objects.filter(cooperative=member.cooperative_id, upload_key=key).exists()):
            raise
        # the same photo came twice at this moment
    return _("The photo is in the draft.")
