"""How far a page is in each language, in every list of pages."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BaseColumn

from .languages import PageLanguage, languages_of


class LanguagesColumn(BaseColumn):
    cell_template_name = "admin_pages/page_languages.html"

    def __init__(self):
        super().__init__("languages", label=_("Languages"), width="14%")

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        table = context["table"]
        if not hasattr(table, "languages"):  # asked once, for all rows
            table.languages = languages_of(table.data)
        may_submit = context["request"].user.has_perm("wagtail_localize.submit_translation")
        languages = [
            (language, _next_step(instance, language, may_submit)) for language in table.languages[instance.pk]
        ]
        return {**context, "languages": languages}


def _next_step(page, language: PageLanguage, may_submit: bool) -> str:
    """Where somebody goes who wants to do something about this language."""
    if language.page is None:
        submit = reverse("wagtail_localize:submit_page_translation", args=[page.alias_of_id or page.pk])
        return f"{submit}?select_locale={language.code}" if may_submit else ""
    if language.unsynced_source_pk and may_submit:
        return reverse("wagtail_localize:update_translations", args=[language.unsynced_source_pk])
    return reverse("wagtailadmin_pages:edit", args=[language.page.pk])
