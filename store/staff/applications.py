"""Applications in Wagtail's admin: read, let in as a cooperative with its first manager, or turned down with a reason."""

import django_filters
from django import forms
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from catalog.admin_base import OperationView, PlainViewSet
from catalog.cooperatives.models import Cooperative
from catalog.evidence.files import handed_out

from ..applications.models import Application, ApplicationFile
from ..flows.applications import AlreadyDecided, let_in, turn_down


class ApplicationFilterSet(WagtailFilterSet):
    waiting = django_filters.BooleanFilter(method="by_waiting", label=gettext_lazy("Not decided yet"))

    class Meta:
        model = Application
        fields = ["waiting"]

    def by_waiting(self, applications, name, value):
        return applications.waiting() if value else applications.exclude(outcome="")


class ApplicationIndexView(generic.IndexView):
    default_ordering = "-created_at"

    def search_queryset(self, queryset):
        if not self.is_searching:
            return queryset
        words, found = self.search_query.strip(), Q()
        for field in ("legal_name", "commune", "name", "phone", "email"):
            found |= Q(**{f"{field}__icontains": words})
        return queryset.filter(found)

    @cached_property
    def columns(self):
        return [
            TitleColumn("legal_name", label=_("Cooperative"), sort_key="legal_name", get_url=self.get_inspect_url),
            Column("commune", label=_("Commune"), sort_key="commune"),
            Column("name", label=_("Who asks")),
            DateColumn("created_at", label=_("Written"), sort_key="created_at"),
            StatusTagColumn(
                "outcome",
                label=_("Status"),
                accessor=lambda row: row.get_outcome_display() or pgettext("application", "to decide"),
                primary=lambda row: not row.outcome,
            ),
        ]


class ApplicationPage(generic.InspectView):
    page_title = gettext_lazy("Application")

    def get_queryset(self):
        return super().get_queryset().select_related("decided_by", "cooperative", "charter_revision")

    def get_context_data(self, **kwargs):
        application = self.object
        may_decide = not application.outcome and self.permission_policy.user_has_permission(self.request.user, "change")
        shown = {"application": application, "files": application.files.all(), "may_decide": may_decide}
        return {**super().get_context_data(**kwargs), **shown}


class FileOfApplication(PermissionCheckedMixin, View):
    permission_policy = None
    any_permission_required = ["view", "change"]

    def get(self, request, pk, file):
        return handed_out(get_object_or_404(ApplicationFile, pk=file, application=pk).file, name=f"application-{file}")


class LetInForm(forms.Form):
    """What the shop has to know of a cooperative besides what it wrote."""

    name = forms.CharField(label=gettext_lazy("Name in the shop"), max_length=120)
    slug = forms.SlugField(
        label=gettext_lazy("Address"),
        max_length=60,
        help_text=gettext_lazy("Last word of its page's address, such as qatr-nada."),
    )
    registration = forms.CharField(label=gettext_lazy("Entry in the register of cooperatives"), max_length=120)

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        if Cooperative.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another cooperative has this address already."))
        return slug


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("It is sent by mail where there is an address; else call, and say it."),
    )


class Decision(OperationView):
    model = Application

    @property
    def back_url(self):
        return reverse("applications:inspect", args=[self.object.pk])

    @property
    def crumbs(self):
        return [{"url": reverse("applications:index"), "label": _("Applications")}, *super().crumbs]

    def form_valid(self, form):
        try:
            return redirect(self.decide(form.cleaned_data))
        except AlreadyDecided:
            messages.error(self.request, _("Somebody decided before."))
            return redirect(self.back_url)


class LetIn(Decision):
    form_class = LetInForm
    header_icon = "check"
    page_title = gettext_lazy("Take the cooperative in")
    submit_button_label = gettext_lazy("Take it in, and make the invitation")
    explanation = gettext_lazy(
        "It is opened suspended: nothing of it is in the shop until you empty “suspended since” on its page. Whoever "
        "applied is invited as its first manager."
    )

    def get_initial(self):
        name = self.object.legal_name[:120]
        return {"name": name, "slug": slugify(name)[:60]}

    def decide(self, answers: dict) -> str:
        invitation = let_in(self.object, by=self.request.user, **answers)
        messages.success(self.request, _("%(name)s is a cooperative of the shop now.") % {"name": answers["name"]})
        return reverse("invitations:inspect", args=[invitation.pk])


class TurnDown(Decision):
    form_class = RefusalForm
    header_icon = "cross"
    page_title = gettext_lazy("Turn the application down")
    submit_button_label = gettext_lazy("Turn it down")

    def decide(self, answers: dict) -> str:
        turn_down(self.object, because=answers["reason"], by=self.request.user)
        messages.success(self.request, _("The application is turned down."))
        return self.back_url


class ApplicationViewSet(PlainViewSet):
    """Applications come by the form of the shop; staff may open a cooperative by hand as well."""

    model = Application
    name = "applications"
    icon = "group"
    menu_label = gettext_lazy("Applications")
    pages = {"index", "index_results", "inspect"}
    closed = frozenset({"add", "delete"})
    index_view_class = ApplicationIndexView
    inspect_view_class = ApplicationPage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/application.html"
    filterset_class = ApplicationFilterSet
    search_fields = ["legal_name"]

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/file/<int:file>/", self.construct_view(FileOfApplication), name="file"),
            path("<int:pk>/let-in/", self.construct_view(LetIn), name="let_in"),
            path("<int:pk>/turn-down/", self.construct_view(TurnDown), name="turn_down"),
        ]
