"""Drafts of products that wait for a reviewer, in Wagtail's admin: read before and after, approved or sent back with notes.

Wagtail's own review goes on working; here is what it has not: the same before and after that the cooperative sees, and a
note for each text in each language.
"""

from functools import partial

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import ModelPermissionPolicy

from catalog.admin_base import OperationView
from catalog.products.checklist import checklist
from catalog.products.drafts import draft_of
from catalog.products.models import Product
from catalog.reviews import actions
from catalog.reviews.changes import LanguageChanges, changes_in, photos_in
from catalog.reviews.previews import AFTER, BEFORE, preview
from catalog.reviews.queries import waiting_for_review
from catalog.rules.missing import NotReady, keeps_from_going_live

ISO = "%Y-%m-%dT%H:%M:%S.%f%z"
_OF_PRODUCTS = ModelPermissionPolicy(Product)


def may_read_drafts(user) -> bool:
    """Whoever edits products in the admin reads what waits; Wagtail's review says who decides."""
    return _OF_PRODUCTS.user_has_permission(user, "change")


class ReviewForm(forms.Form):
    """`seen` is the version that was read; a note for each text that changes, and one for the whole."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    read_at = forms.DateTimeField(widget=forms.HiddenInput, required=False, input_formats=[ISO])
    comment = forms.CharField(
        label=gettext_lazy("A word about the whole"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args, languages: list[LanguageChanges], photos_change: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = [
            (change.place, language.code, f"{change.label} · {language.name}")
            for language in languages
            for change in language.texts
        ]
        if photos_change:
            self.places.append(("photos", "", _("Photos")))
        for place, code, label in self.places:
            self.fields[f"note_{place}_{code}"] = forms.CharField(
                label=label, max_length=500, required=False, widget=forms.TextInput({"dir": "auto"})
            )

    @property
    def notes(self) -> list[actions.Note]:
        said = [(place, code, self.cleaned_data[f"note_{place}_{code}"]) for place, code, _label in self.places]
        return [actions.Note(place, code, text) for place, code, text in said if text]

    def clean(self):
        answers = super().clean()
        if self.errors:
            return answers
        says_something = bool(answers.get("comment") or self.notes)
        if "send_back" in self.data and not says_something:
            self.add_error("comment", _("Say what is to be changed: here, or beside the texts below."))
        elif "send_back" not in self.data and says_something:
            self.add_error("comment", _("You wrote notes: send it back with them, or empty them to approve."))
        return answers


class Waiting(WagtailAdminTemplateMixin, TemplateView):
    template_name = "admin_pages/reviews.html"
    page_title = gettext_lazy("Products to review")
    header_icon = "tasks"
    _show_breadcrumbs = True

    def dispatch(self, request, *args, **kwargs):
        if not may_read_drafts(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "states": waiting_for_review()}


class Review(OperationView):
    """One draft: what changes in each language, and what becomes of it."""

    template_name = "admin_pages/review.html"
    page_title = gettext_lazy("Review")
    permission_policy = _OF_PRODUCTS
    form_class = ReviewForm
    header_icon = "tasks"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.draft = draft_of(self.object)
        self.languages = changes_in(self.object, self.draft, page=partial(_page, self.object))
        self.photos = photos_in(self.object, self.draft)

    @property
    def version(self) -> dict:
        """What the page shows, so that nothing else is decided."""
        newest = self.object.latest_revision
        return {"seen": newest.pk, "read_at": newest.created_at.strftime(ISO)} if newest else {}

    def get_object(self):
        return get_object_or_404(Product.objects.select_related("sale__cooperative"), pk=self.kwargs["pk"])

    @property
    def back_url(self) -> str:
        return reverse("reviews:index")

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "languages": self.languages,
            "photos_change": self.photos.is_any,
            "initial": self.version,
        }

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "product": self.object,
            "changed": self.languages,
            "photos": self.photos,
            "shown_language": get_language(),
            "lines": checklist(self.draft),
            "stands_against": keeps_from_going_live(self.draft),
            "state": actions.task_state_of(self.object),
            "may_review": actions.may_review(self.object, self.request.user),
        }

    def form_valid(self, form):
        product, by = self.object, self.request.user
        if actions.task_state_of(product) and not actions.may_review(product, by):
            raise PermissionDenied
        version = {"seen": form.cleaned_data["seen"], "read_at": form.cleaned_data["read_at"]}
        try:
            with transaction.atomic():
                if "send_back" in form.data:
                    actions.send_back(product, **version, comment=form.cleaned_data["comment"], notes=form.notes, by=by)
                    told = _("“%(product)s” went back with your notes.")
                else:
                    actions.approve(product, **version, by=by)
                    told = _("“%(product)s” is approved.")
        except actions.ReviewMoved:
            return self._not_done(form, _("It was changed, taken back or decided meanwhile. Nothing was done."))
        except NotReady as error:
            return self._not_done(form, " ".join([_("It cannot be published yet:"), str(error)]))
        messages.success(self.request, told % {"product": self.draft})
        return redirect("reviews:index")

    def _not_done(self, form, why: str):
        """The page as it is now, with the notes that were written."""
        messages.error(self.request, why)
        form.data = {**form.data.dict(), **self.version}
        return self.form_invalid(form)


def _page(product: Product, which: str, language: str) -> str:
    return reverse("reviews:preview", args=[product.pk, which, language])


@method_decorator(require_safe, name="dispatch")
class Preview(Review):
    """The real page before and after, in one language."""

    def get(self, request, *args, which: str, language: str, **kwargs):
        if which not in (BEFORE, AFTER) or language not in dict(settings.LANGUAGES):
            raise Http404("there is no such page")
        return preview(request, self.object, which, language=language)


class ReadersMenuItem(MenuItem):
    def is_shown(self, request):
        return may_read_drafts(request.user)


class ReviewViewSet(ViewSet):
    name = "reviews"
    icon = "tasks"
    menu_label = gettext_lazy("Products to review")
    menu_item_class = ReadersMenuItem
    menu_order = 160
    add_to_admin_menu = True

    def get_urlpatterns(self):
        return [
            path("", Waiting.as_view(), name="index"),
            path("<int:pk>/", Review.as_view(), name="review"),
            path("<int:pk>/<slug:which>/<slug:language>/", Preview.as_view(), name="preview"),
        ]
