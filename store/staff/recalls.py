"""Recalls in Wagtail's admin: staff see them all, open and close them, and tell buyers like members do."""

import django_filters
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets import BooleanRadioSelect

from catalog.admin_base import PlainViewSet, ReadAlong
from catalog.stock.models import Lot

from ..flows.recall import move_holds, open_recall, show_telephones
from ..flows.recall_page import act, page_of, told_of
from ..flows.recalled import reaches_of
from ..recalls.errors import RecallClosed
from ..recalls.models import Recall
from .policies import RecallsPolicy

#: Looks at telephones that the page of a recall shows.
SHOWN_READINGS = 200


class RecallFilterSet(WagtailFilterSet):
    open = django_filters.BooleanFilter(
        field_name="closed_at", lookup_expr="isnull", label=gettext_lazy("Still open"), widget=BooleanRadioSelect
    )

    class Meta:
        model = Recall
        fields = ["open"]


class RecallIndexView(ReadAlong):
    related = ("lot__variant__product", "lot__cooperative")
    default_ordering = "-opened_at"

    def search_queryset(self, queryset):
        if not self.is_searching:
            return queryset
        words = self.search_query.strip()
        return queryset.filter(Q(lot__code__icontains=words) | Q(lot__variant__product__name__icontains=words))

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        self.reaches = reaches_of(list(context["object_list"]))
        return context

    def reached(self, recall: Recall) -> str:
        reach = self.reaches[recall.pk]
        return _("%(reached)s of %(left)s") % {"reached": len(reach.reached), "left": len(reach.left)}

    @cached_property
    def columns(self):
        return [
            TitleColumn("lot", label=_("Lot"), get_url=self.get_inspect_url),
            Column("product", label=_("Product"), accessor="lot.variant"),
            Column("cooperative", label=_("Cooperative"), accessor="lot.cooperative"),
            Column("because", label=_("Reason")),
            DateColumn("opened_at", label=_("Opened"), sort_key="opened_at"),
            Column("reached", label=_("Reached"), accessor=self.reached),
            StatusTagColumn(
                "status",
                label=_("Status"),
                accessor=lambda recall: _("open") if recall.is_open else _("closed"),
                primary=lambda recall: recall.is_open,
            ),
        ]


class OpenRecallForm(WagtailAdminModelForm):
    class Meta(WagtailAdminModelForm.Meta):
        model = Recall
        fields = ["lot"]
        help_texts = {"lot": gettext_lazy("A lot that is blocked. Buyers read the reason for which it was.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        blocked = Lot.objects.filter(blocked_at__isnull=False).exclude(
            recalls__in=Recall.objects.filter(closed_at=None)
        )
        self.fields["lot"].queryset = blocked.select_related("variant__product", "cooperative")
        self.fields["lot"].label_from_instance = lambda lot: f"{lot.code} · {lot.variant} · {lot.cooperative}"

    def save(self, commit=True):
        self.instance = open_recall(self.cleaned_data["lot"], by=self.for_user)
        return self.instance


class OpenRecall(generic.CreateView):
    page_title = gettext_lazy("Open a recall")
    submit_button_label = gettext_lazy("Recall this lot")

    def save_instance(self):
        recall = self.form.save()
        messages.success(self.request, told_of(move_holds(recall.lot)))
        return recall

    def get_success_buttons(self):
        return []

    def get_success_message(self, instance):
        return _("The lot is recalled.")

    def get_success_url(self):
        return reverse("recalls:inspect", args=[self.object.pk])


class RecallPage(generic.InspectView):
    """The same as members see, and the same buttons."""

    page_title = gettext_lazy("Recall")
    with_telephones = False

    def get_object(self, queryset=None):
        rows = Recall.objects.select_related("lot__variant__product", "lot__cooperative", "opened_by", "closed_by")
        return get_object_or_404(rows, pk=self.pk)

    def post(self, request, *args, **kwargs):
        try:
            if told := act(self.object, request.POST, by=request.user):
                (messages.success if told.is_done else messages.warning)(request, told.words)
            if "shown" in request.POST:
                self.with_telephones = True
                return self.get(request, *args, **kwargs)
        except RecallClosed:
            messages.error(request, _("This recall is closed by now. Nothing was changed."))
        return redirect("recalls:inspect", self.object.pk)

    def get_context_data(self, **kwargs):
        recall = self.object
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        shown = page_of(recall, recall.lot, asked.get("page", ""))
        if self.with_telephones:
            show_telephones(recall, shown.to_tell, by=self.request.user)
        readings = recall.readings.select_related("by", "part__order").order_by("-pk")[:SHOWN_READINGS]
        told = {"recall": recall, "lot": recall.lot, "shown": shown, "with_telephones": self.with_telephones}
        return {**super().get_context_data(**kwargs), **told, "readings": readings}


class RecallViewSet(PlainViewSet):
    model = Recall
    name = "recalls"
    icon = "warning"
    menu_label = gettext_lazy("Recalls")
    menu_order = 161
    add_to_admin_menu = True
    pages = {"index", "index_results", "add", "inspect"}
    index_view_class = RecallIndexView
    add_view_class = OpenRecall
    inspect_view_class = RecallPage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/recall.html"
    filterset_class = RecallFilterSet
    search_fields = ["lot__code"]
    form_class = OpenRecallForm

    @property
    def permission_policy(self):
        return RecallsPolicy(self.model)
