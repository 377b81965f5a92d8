"""Legal texts in Wagtail's admin."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.snippets.views import snippets

from catalog.admin_base import (
    AllOrNothing,
    ClosedPolicy,
    InAskedLanguage,
    OneByOne,
    PreviewsInEachLanguage,
    publishing_status,
    text_panel,
)

from .models import MUST_SPEAK, LegalText, has_words


class LegalTextForm(WagtailAdminModelForm):
    """A draft may lack what it will need when it is published."""

    def clean(self):
        answers = super().clean()
        if not self.is_deferred_validation:
            for field in [f"body_{language}" for language in MUST_SPEAK]:
                if field not in self.errors and not has_words(answers.get(field)):
                    self.add_error(field, _("A text is published in French and Arabic together: write it here too."))
        return answers


def _words(language: str, name: str) -> ObjectList:
    return ObjectList([text_panel("title", language), FieldPanel(f"body_{language}")], heading=name)


class NamedByKind:
    """In the language of who reads it; Wagtail would show the name that was kept when somebody saved it in theirs."""

    def get_page_subtitle(self):
        return str(self.object)

    get_object_display_title = get_page_subtitle


class LegalTextCreateView(AllOrNothing, PreviewsInEachLanguage, snippets.CreateView):
    pass


class LegalTextEditView(NamedByKind, AllOrNothing, PreviewsInEachLanguage, snippets.EditView):
    pass


class LegalTextHistoryView(NamedByKind, snippets.HistoryView):
    pass


class LegalTextCompareView(NamedByKind, snippets.RevisionsCompareView):
    pass


class LegalTextUnpublishView(NamedByKind, AllOrNothing, snippets.UnpublishView):
    pass


class LegalTextPreviewOnCreateView(InAskedLanguage, snippets.PreviewOnCreateView):
    pass


class LegalTextPreviewOnEditView(InAskedLanguage, snippets.PreviewOnEditView):
    pass


class LegalTextPreviewRevisionView(InAskedLanguage, snippets.PreviewRevisionView):
    pass


class LegalTextIndexView(OneByOne, snippets.IndexView):
    pass


class LegalTextViewSet(snippets.SnippetViewSet):
    """There is one text of a kind; it is changed or taken offline, never copied or deleted."""

    model = LegalText
    icon = "doc-full"
    menu_label = _("Legal texts")
    menu_name = "legal-texts"
    menu_order = 260
    add_to_admin_menu = True
    copy_view_enabled = False
    search_backend_name = None

    index_view_class = LegalTextIndexView
    add_view_class = LegalTextCreateView
    edit_view_class = LegalTextEditView
    history_view_class = LegalTextHistoryView
    revisions_compare_view_class = LegalTextCompareView
    unpublish_view_class = LegalTextUnpublishView
    preview_on_add_view_class = LegalTextPreviewOnCreateView
    preview_on_edit_view_class = LegalTextPreviewOnEditView
    revisions_view_class = LegalTextPreviewRevisionView

    @property
    def permission_policy(self):
        return ClosedPolicy(self.model, closed={"delete"})

    def get_queryset(self, request):
        return LegalText.objects.select_related("latest_revision")

    list_display = [
        "kind",
        StatusTagColumn("status", label=_("Status"), accessor=publishing_status, primary=lambda text: text.live),
        Column("languages", label=_("Languages"), accessor=lambda text: " · ".join(text.languages)),
        Column("confirmed_on", label=_("Confirmed by a lawyer on")),
    ]
    search_fields = ["title_fr", "title_ar", "title_en"]
    edit_handler = TabbedInterface(
        [
            ObjectList([FieldPanel("kind"), FieldPanel("confirmed_on")], heading=_("Kind")),
            *[_words(code, name) for code, name in settings.LANGUAGES],
        ],
        base_form_class=LegalTextForm,
    )
