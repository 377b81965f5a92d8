"""Where translation meets Wagtail's admin: our doors, our column, and what may be published."""

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import redirect
from django.urls import include, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.models import Page
from wagtail_localize import wagtail_hooks as localize
from wagtail_localize.models import Translation

from .columns import LanguagesColumn
from .doors import guarded, works_on_pages

# Not through a viewset of Wagtail's, which would not reach the list of home pages.
ExplorableIndexView.base_columns.append(LanguagesColumn())
# Four questions for each row of a list; the column answers for all rows at once and leads to the same pages.
hooks._hooks["register_page_listing_more_buttons"].remove((localize.page_listing_more_buttons, 0))


@hooks.register("register_admin_urls", order=-1)
def doors_of_translation():
    """Before localize's own, which `reverse` goes on finding."""
    [own] = localize.register_admin_urls()
    return [path("localize/", include([guarded(pattern) for pattern in own.url_patterns]))]


@hooks.register("construct_reports_menu")
def report_of_translations(request, items):
    for item in list(items):
        if isinstance(item, localize.TranslationsReportMenuItem):
            item.label = gettext_lazy("Translations")  # localize's is that of whoever opened the menu first
            if not works_on_pages(request.user):
                items.remove(item)


@hooks.register("before_edit_page", order=-1)
def nothing_is_published_half_translated(request, page):
    """Localize would put words of the source where a text is not translated yet."""
    if request.method != "POST" or request.POST.get("action") != "publish":
        return None
    into = Translation.objects.filter(enabled=True, source__object=page.translation_key, target_locale=page.locale_id)
    left = sum(total - translated for total, translated in (translation.get_progress() for translation in into))
    if not left:
        return None
    words = ngettext(
        "{count} text is not translated yet: readers would meet it in another language.",
        "{count} texts are not translated yet: readers would meet them in another language.",
        left,
    )
    messages.error(request, words.format(count=left))
    return redirect(request.path)


@hooks.register("before_bulk_action")
def drafts_of_translations_are_left_out(request, action_type, pages, action):
    """What Wagtail would publish is the draft as it was submitted, in the words of the source."""
    if action_type != "publish":
        return None
    chosen = Page.objects.filter(pk__in=[page.pk for page in pages])
    if request.POST.get("include_descendants"):
        chosen = Page.objects.filter(Q(*[Q(path__startswith=page.path) for page in pages], _connector=Q.OR))
    going_on = Translation.objects.filter(
        enabled=True, source__object=OuterRef("translation_key"), target_locale=OuterRef("locale")
    )
    if not chosen.not_live().filter(Exists(going_on)).exists():
        return None
    messages.error(request, _("A translation is published from its own page, once every text of it is there."))
    return redirect(action.next_url)
