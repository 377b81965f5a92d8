"""Who may do what at the addresses of wagtail-localize, which asks little itself."""

from django import forms
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import page_permission_policy
from wagtail.snippets.views.snippets import get_snippet_model_from_url_params
from wagtail.whitelist import check_url
from wagtail_localize.models import OverridableSegment, SegmentOverride
from wagtail_localize.views.edit_translation import edit_override
from wagtail_localize.views.report import TranslationsReportView
from wagtail_localize.views.submit_translations import SubmitPageTranslationView
from wagtail_localize.views.update_translations import UpdateTranslationsForm, UpdateTranslationsView

from .languages import LanguageStatus, out_of_date_among

#: Of no use here: snippets are translated per field, and no machine translates.
CLOSED = {"submit_snippet_translation", "machine_translate"}


def works_on_pages(user) -> bool:
    return page_permission_policy.user_has_any_permission(user, {"add", "change", "publish"})


class SubmitPage(SubmitPageTranslationView):
    """Localize lets everybody submit any page who may submit one."""

    def get_object(self):
        page = super().get_object()
        if not page.permissions_for_user(self.request.user).can_edit():
            raise PermissionDenied
        return page

    def get_form(self):
        form = super().get_form()
        form.fields["locales"].label = _("Languages")  # "Régions", in localize's French
        return form


class SyncForm(UpdateTranslationsForm):
    """Without publishing at once, which would put words of the source among those of the translation."""

    publish_translations = forms.BooleanField(required=False, disabled=True, widget=forms.HiddenInput)


class Sync(UpdateTranslationsView):
    def get_object(self):
        source = super().get_object()
        if not source.get_source_instance().permissions_for_user(self.request.user).can_edit():
            raise PermissionDenied
        return source

    def get_form(self):
        return SyncForm(self.request.POST if self.request.method == "POST" else None)


class Report(TranslationsReportView):
    def get_queryset(self):
        rows = super().get_queryset().select_related("source", "target_locale")
        return rows.order_by("source__object_repr", "source", "target_locale")

    def get_context_data(self, **kwargs):
        """Localize's own status only says whether texts are missing."""
        context = super().get_context_data(**kwargs)
        out_of_date = out_of_date_among(context["object_list"])
        for translation in out_of_date:
            translation.get_status_display = lambda: LanguageStatus.OUT_OF_DATE.label
        return context


def override(request, **kwargs):
    """Another link in a translation, of a kind that a text may have; localize would take `javascript:` too."""
    with transaction.atomic():
        answer = edit_override(request, **kwargs)
        context = get_object_or_404(OverridableSegment, pk=kwargs["overridable_segment_id"]).context_id
        for written in SegmentOverride.objects.filter(context=context):
            if not (isinstance(written.data, str) and check_url(written.data)):
                raise BadRequest("Not a link")
    return answer


def _may_choose(request, app_label, model_name, **kwargs) -> bool:
    policy = ModelPermissionPolicy(get_snippet_model_from_url_params(app_label, model_name))
    return policy.user_has_any_permission(request.user, ["view", "add", "change"])


def _may_withdraw(request, page_id) -> bool:
    """An alias has no words of its own: readers are sent to the source."""
    return get_object_or_404(Page, pk=page_id).permissions_for_user(request.user).can_unpublish()


#: Name of an address → what has to be true besides.
CONDITIONS = {
    "snippets_api_listing": _may_choose,
    "snippets_api_detail": _may_choose,
    "convert_to_alias": _may_withdraw,
}
VIEWS = {
    "edit_override": override,
    "submit_page_translation": SubmitPage.as_view(),
    "update_translations": Sync.as_view(),
    "translations_report": Report.as_view(),
    "translations_report_results": Report.as_view(results_only=True),
}
#: Take for granted that the request holds what their own pages send.
TRUSTING = {"edit_string_translation", "edit_override", "upload_pofile"}


def guarded(pattern: URLPattern) -> URLPattern:
    """An address of localize, for people who work on pages alone; also one that a later version brings."""
    view = VIEWS.get(pattern.name or "", pattern.callback)
    condition = CONDITIONS.get(pattern.name or "")

    def guard(request, *args, **kwargs):
        if not works_on_pages(request.user) or (condition and not condition(request, *args, **kwargs)):
            raise PermissionDenied
        if pattern.name in CLOSED:
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except KeyError as missing:
            if pattern.name in TRUSTING:
                raise BadRequest(f"{missing} is missing") from missing
            raise

    return URLPattern(pattern.pattern, guard)
