"""Returns in Wagtail's admin: what buyers ask to give back, the decision, and the goods that arrive."""

import secrets

import django_filters
from django import forms
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from catalog.admin_base import OperationView, PlainViewSet, ReadAlong

from ..flows.give_back import return_lines
from ..flows.returns import decide_return, receive_return
from ..orders.actions import units_with_buyer
from ..orders.errors import NotWithBuyer
from ..orders.models import OrderLine
from ..refunds.models import OPEN_RETURN, ReturnRequest
from ..statuses import Actor, IllegalMove, Raced, ReturnStatus
from .forms import NOTE
from .parcels import PartOperation
from .policies import OrdersPolicy
from .search import SearchesOrders


class ReturnFilterSet(WagtailFilterSet):
    status = django_filters.ChoiceFilter(
        choices=ReturnStatus.choices,
        label=gettext_lazy("Status"),
        empty_label=gettext_lazy("All"),
        widget=forms.RadioSelect,
    )

    class Meta:
        model = ReturnRequest
        fields = ["status"]


class ReturnIndexView(SearchesOrders, ReadAlong):
    order_path = "part__order__"
    related = ("part__order", "part__cooperative")
    default_ordering = "-asked_at"

    @cached_property
    def columns(self):
        return [
            TitleColumn("part", label=_("Part"), get_url=self.get_inspect_url),
            Column("name", label=_("Buyer"), accessor="part.order.name"),
            Column("reason", label=_("Reason"), accessor="get_reason_display"),
            DateColumn("asked_at", label=_("Asked for"), sort_key="asked_at"),
            StatusTagColumn(
                "status",
                label=_("Status"),
                accessor="get_status_display",
                primary=lambda request: request.status in OPEN_RETURN,
            ),
        ]


class ReturnPage(generic.InspectView):
    page_title = gettext_lazy("Return")

    def get_object(self, queryset=None):
        return get_object_or_404(ReturnRequest.objects.select_related("part__order", "part__cooperative"), pk=self.pk)

    def get_context_data(self, **kwargs):
        asked = self.object
        history = [
            (change.at, ReturnStatus(change.now).label, change.by or Actor(change.actor).label, change.because)
            for change in asked.status_changes.select_related("by")
        ]
        lines = asked.lines.select_related("line")
        return {**super().get_context_data(**kwargs), "asked": asked, "lines": lines, "history": history}


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        label=gettext_lazy("Is it taken back?"),
        choices=[("yes", gettext_lazy("Yes, it may come back")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("What the buyer is told"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("How the products come back, or why they are not taken back."),
    )

    def clean(self):
        answers = super().clean()
        if answers.get("decision") == "no" and not answers.get("answer", "").strip():
            self.add_error("answer", _("Say why it is not taken back; the buyer reads it."))
        return answers


class CameForm(forms.Form):
    """Of each line, how many units came back good and how many came back to be thrown away."""

    note = NOTE

    def __init__(self, *args, lines: list[OrderLine], asked: dict[int, int] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = [(line, left) for line in lines if (left := units_with_buyer(line))]
        for line, left in self.lines:
            name = f"{line.name} · {line.size_label}"
            expected = min(asked.get(line.pk, 0), left) if asked else 0
            self.fields[f"good_{line.pk}"] = self._units(
                _("%(product)s: good, back into the lot") % {"product": name}, left, expected
            )
            self.fields[f"lost_{line.pk}"] = self._units(_("%(product)s: lost") % {"product": name}, left, 0)
        self.order_fields([*(name for name in self.fields if name != "note"), "note"])

    @staticmethod
    def _units(label: str, most: int, initial: int) -> forms.IntegerField:
        return forms.IntegerField(label=label, min_value=0, max_value=most, initial=initial)

    def clean(self):
        answers = super().clean()
        if self.errors:
            return answers
        for line, left in self.lines:
            if self.good[line.pk] + self.lost[line.pk] > left:
                told = _("The buyer has %(left)s of it.") % {"left": left}
                self.add_error(f"lost_{line.pk}", told)
        if not self.errors and not any([*self.good.values(), *self.lost.values()]):
            raise forms.ValidationError(_("Say how many units came back."))
        return answers

    @property
    def good(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data[f"good_{line.pk}"] for line, _left in self.lines}

    @property
    def lost(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data[f"lost_{line.pk}"] for line, _left in self.lines}


class ReturnOperation(OperationView):
    """A step of a return, from its page."""

    permission_required = "view"  # of the orders' own policy: who sees them may decide
    model = ReturnRequest

    def get_object(self):
        return get_object_or_404(ReturnRequest.objects.select_related("part__order", "part__cooperative"), pk=self.pk)

    @property
    def back_url(self):
        return reverse("returns:inspect", args=[self.object.pk])

    @property
    def crumbs(self):
        return [{"url": reverse("returns:index"), "label": _("Returns")}, *super().crumbs]

    def do(self, deed, done: str):
        try:
            is_new = deed()
        except (IllegalMove, Raced, NotWithBuyer):
            messages.error(self.request, _("Somebody changed this return meanwhile. Look at it again."))
        else:
            messages.success(self.request, done if is_new else _("It was written down already."))
        return redirect(self.back_url)


class Decide(ReturnOperation):
    form_class = DecideForm
    page_title = gettext_lazy("Decide on the return")

    def form_valid(self, form):
        answers = form.cleaned_data
        return self.do(
            lambda: decide_return(
                self.object,
                accept=answers["decision"] == "yes",
                actor=Actor.STAFF,
                by=self.request.user,
                answer=answers["answer"],
            ),
            _("The buyer is told."),
        )


class Receive(ReturnOperation):
    form_class = CameForm
    page_title = gettext_lazy("The products are here")
    explanation = gettext_lazy("What was paid for them is owed to the buyer from now on.")

    def get_form_kwargs(self):
        asked = {row.line_id: row.quantity for row in self.object.lines.all()}
        lines = list(self.object.part.lines.prefetch_related("changes"))
        return {**super().get_form_kwargs(), "lines": lines, "asked": asked}

    def form_valid(self, form):
        return self.do(
            lambda: receive_return(
                self.object,
                good=form.good,
                lost=form.lost,
                actor=Actor.STAFF,
                by=self.request.user,
                because=form.cleaned_data["note"],
            ),
            _("The products are in, and the buyer is told."),
        )


class LinesBack(PartOperation):
    """Units that came back without having been announced."""

    form_class = CameForm
    page_title = gettext_lazy("Some of it came back")
    explanation = gettext_lazy("What was paid for these units is owed to the buyer from now on.")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "lines": list(self.object.lines.prefetch_related("changes"))}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.fields["key"] = forms.CharField(widget=forms.HiddenInput, max_length=40, initial=secrets.token_hex(16))
        return form

    def form_valid(self, form):
        units = {line: good + form.lost[line] for line, good in form.good.items()}
        try:
            return self.do(
                lambda: return_lines(
                    self.object,
                    units,
                    key=f"staff:{form.cleaned_data['key']}",
                    actor=Actor.STAFF,
                    by=self.request.user,
                    because=form.cleaned_data["note"],
                    restocked=form.good,
                ),
                _("It is written down what came back of the part of %(cooperative)s.")
                % {"cooperative": self.object.cooperative},
            )
        except NotWithBuyer as error:
            form.add_error(None, _("The buyer has %(left)s of it.") % {"left": error.left})
            return self.form_invalid(form)


class Photo(PermissionCheckedMixin, View):
    """A buyer's photo: for staff alone."""

    permission_policy = None
    permission_required = "view"

    def get(self, request, pk):
        asked = get_object_or_404(ReturnRequest, pk=pk)
        if not asked.photo:
            raise Http404("there is no photo")
        try:
            response = FileResponse(asked.photo.open())
        except OSError as error:
            raise Http404("the photo is gone") from error
        response["Cache-Control"] = "private, no-store"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


class ReturnViewSet(PlainViewSet):
    model = ReturnRequest
    name = "returns"
    icon = "resubmit"
    menu_label = gettext_lazy("Returns")
    menu_order = 122
    add_to_admin_menu = True
    pages = {"index", "index_results", "inspect"}
    index_view_class = ReturnIndexView
    inspect_view_class = ReturnPage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/return.html"
    filterset_class = ReturnFilterSet
    search_fields = ["part__order__number", "part__order__name"]

    @property
    def permission_policy(self):
        return OrdersPolicy(self.model)

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/decide/", self.construct_view(Decide), name="decide"),
            path("<int:pk>/receive/", self.construct_view(Receive), name="receive"),
            path("<int:pk>/photo/", self.construct_view(Photo), name="photo"),
        ]
