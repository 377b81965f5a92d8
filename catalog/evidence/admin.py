"""Documents of cooperatives in Wagtail's admin: looked at, accepted or refused; never edited."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry

from ..admin_base import DayColumn, OperationView, PlainViewSet, ReadAlong
from ..cooperatives.models import Cooperative
from . import actions
from .files import handed_out
from .models import Evidence, EvidenceKind, Standing, State


def standing_in_words(standing: Standing) -> str:
    """How far a document is, as pages of staff and of members say it."""
    if standing.days == 0:
        return _("ends today")
    if standing.state == State.SOON:
        return ngettext("ends in %(days)s day", "ends in %(days)s days", standing.days) % {"days": standing.days}
    return {
        State.WAITING: pgettext("document", "to be looked at"),
        State.REFUSED: pgettext("document", "refused"),
        State.EXPIRED: pgettext("document", "ended"),
        State.GOOD: pgettext("document", "accepted"),
    }[standing.state]


class EvidenceFilterSet(WagtailFilterSet):
    cooperative = django_filters.ModelChoiceFilter(
        queryset=Cooperative.objects.all(), label=gettext_lazy("Cooperative")
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        method="by_state",
        choices=[
            ("waiting", pgettext_lazy("document", "to be looked at")),
            ("expiring", pgettext_lazy("document", "ending or ended")),
        ],
        empty_label=gettext_lazy("All"),
        widget=forms.RadioSelect,
    )
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Kind"), choices=EvidenceKind.choices)

    class Meta:
        model = Evidence
        fields = ["cooperative", "state", "kind"]

    def by_state(self, evidence: QuerySet, name, value):
        return evidence.waiting() if value == "waiting" else evidence.expiring(timezone.localdate())


class EvidenceIndexView(ReadAlong):
    related = ("cooperative", "product")

    @cached_property
    def columns(self):
        return [
            TitleColumn("kind", label=_("Kind"), accessor="get_kind_display", get_url=self.get_inspect_url),
            Column("number", label=_("Document number"), classname="nowrap"),
            Column("cooperative", label=_("Cooperative"), sort_key="cooperative__slug"),
            Column("product", label=_("Product"), accessor=lambda row: row.product or _("all")),
            DayColumn("expires_on", label=_("Last day"), sort_key="expires_on"),
            DateColumn("uploaded_at", label=_("Sent"), sort_key="uploaded_at"),
            StatusTagColumn(
                "outcome",
                label=_("Status"),
                accessor=lambda row: standing_in_words(row.standing),
                primary=lambda row: row.standing.state in {State.WAITING, State.SOON},
                classname="nowrap",
            ),
        ]


class EvidencePage(generic.InspectView):
    page_title = gettext_lazy("Document")

    def get_object(self, queryset=None):
        return get_object_or_404(Evidence.objects.select_related("cooperative", "product", "uploaded_by"), pk=self.pk)

    @cached_property
    def header_buttons(self):
        if self.object.outcome != Evidence.Outcome.ACCEPTED or not self.user_has_permission("change"):
            return []
        refuse = reverse("evidence:refuse", args=[self.object.pk])
        return [HeaderButton(_("It counts no longer"), url=refuse, icon_name="cross", priority=10)]

    def get_context_data(self, **kwargs):
        evidence = self.object
        decisions = ModelLogEntry.objects.for_instance(evidence).filter(action__in=[actions.ACCEPTED, actions.REFUSED])
        return {
            **super().get_context_data(**kwargs),
            "evidence": evidence,
            "standing": standing_in_words(evidence.standing),
            "may_decide": not evidence.outcome and self.user_has_permission("change"),
            "decisions": [
                (entry, registry.get_formatter(entry).label)
                for entry in decisions.select_related("user").order_by("-timestamp")
            ],
        }


class EvidenceFile(PermissionCheckedMixin, View):
    permission_policy = None
    any_permission_required = ["view", "change"]

    def get(self, request, pk):
        evidence = get_object_or_404(Evidence, pk=pk)
        return handed_out(evidence.file, name=evidence.file_name)


class AcceptEvidence(PermissionCheckedMixin, View):
    """Only ever by POST."""

    permission_policy = None
    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request, pk):
        evidence = get_object_or_404(Evidence, pk=pk)
        if actions.accept(evidence, by=request.user):
            messages.success(request, _("The document is accepted."))
        else:
            messages.error(request, _("Somebody decided before."))
        return redirect("evidence:inspect", pk)


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=250,
        help_text=gettext_lazy("The cooperative reads it: say what to send instead."),
    )


class RefuseEvidence(OperationView):
    model = Evidence
    form_class = RefusalForm
    header_icon = "cross"
    page_title = gettext_lazy("Refuse a document")
    submit_button_label = gettext_lazy("Refuse")

    @property
    def back_url(self):
        return reverse("evidence:inspect", args=[self.object.pk])

    def form_valid(self, form):
        if actions.refuse(self.object, because=form.cleaned_data["reason"], by=self.request.user):
            messages.success(self.request, _("The document is refused; its cooperative reads why."))
        else:
            messages.error(self.request, _("Somebody decided before."))
        return super().form_valid(form)


class EvidenceViewSet(PlainViewSet):
    """What was sent is never edited: it is refused, and sent anew."""

    model = Evidence
    name = "evidence"
    icon = "doc-full-inverse"
    menu_label = gettext_lazy("Documents of proof")
    menu_order = 165
    add_to_admin_menu = True
    pages = {"index", "index_results", "inspect"}
    closed = {"add", "delete"}
    index_view_class = EvidenceIndexView
    inspect_view_class = EvidencePage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/evidence.html"
    filterset_class = EvidenceFilterSet
    search_fields = ["number", "product__name_fr", "product__name_ar", "product__name_en"]

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/file/", self.construct_view(EvidenceFile), name="file"),
            path("<int:pk>/accept/", self.construct_view(AcceptEvidence), name="accept"),
            path("<int:pk>/refuse/", self.construct_view(RefuseEvidence), name="refuse"),
        ]
