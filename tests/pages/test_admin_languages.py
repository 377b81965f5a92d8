"""How far pages are in each language, in the lists of the admin; and who comes in where pages are translated."""

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.views.report import TranslationsReportView
from wagtail_localize.views.snippets_api import SnippetViewSet

from cms.models import StoriesPage, StoryPage
from cms.page_translations.languages import languages_of
from store.models import User
from tests.factories.catalog import ProductFactory

from .admin_people import chief_editor, editor, staff
from .test_stories import page_of
from .told import a_story
from .translating import addresses_of_localize, an_arabic_tree, submit, translate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

STATUS = {
    "en": ["published", "draft", "missing"],
    "fr": ["publiée", "brouillon", "manquante"],
    "ar": ["منشورة", "مسودة", "غير موجودة"],
}


@pytest.mark.parametrize("language", STATUS)
def test_the_list_of_pages_says_how_far_each_language_is(language):
    chief = chief_editor()
    an_arabic_tree()
    story = a_story()
    arabic = submit(chief, story)
    chief.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    page = page_of(chief, f"/admin/pages/{StoriesPage.objects.get(locale=story.locale).pk}/")
    cell = page.partition('<ul class="page-languages">')[2].partition("</ul>")[0]
    for name, status in zip(("Français", "العربية", "English"), STATUS[language], strict=True):
        assert f"{name}</bdi> <span>{status}</span>" in cell
    assert f'href="/admin/pages/{arabic.pk}/edit/"' in cell
    assert f'href="/admin/localize/submit/page/{story.pk}/?select_locale=en"' in cell


def test_the_list_of_home_pages_says_it_too():
    an_arabic_tree()
    homes = Page.objects.filter(depth=2).count()
    assert page_of(chief_editor(), "/admin/pages/").count('<ul class="page-languages">') == homes


def test_a_list_asks_as_much_for_30_pages_as_for_1():
    chief = chief_editor()
    a_story()
    address = f"/admin/pages/{StoriesPage.objects.get().pk}/"

    def asked() -> int:
        page_of(chief, address)
        with CaptureQueriesContext(connection) as queries:
            page_of(chief, address)
        return len(queries)

    one = asked()
    for number in range(29):
        a_story(slug=f"recit-{number}")
    assert asked() == one
    with CaptureQueriesContext(connection) as queries:
        languages_of(StoryPage.objects.all())
    assert len(queries) == 3  # the pages, and two for their languages


@pytest.fixture
def translated():
    """A story that is being translated, with one string of it."""
    an_arabic_tree()
    writes = editor()
    arabic = submit(writes, a_story(title="Récit secret"))
    translate(writes, arabic, ["Récit secret"])
    return arabic


def test_only_people_who_work_on_pages_come_in_where_pages_are_translated(translated):
    addresses = addresses_of_localize(translated)
    assert len(addresses) >= 15
    before = list(StringTranslation.objects.values_list("data", flat=True))
    outside = staff()
    for address in addresses.values():
        for answer in (outside.get(address), outside.post(address), outside.put(address), outside.delete(address)):
            assert (answer.status_code, answer.headers.get("Location")) in {(302, "/admin/"), (403, None)}, address
    assert list(StringTranslation.objects.values_list("data", flat=True)) == before
    assert Translation.objects.get().enabled

    inside = chief_editor()
    assert "Récit secret" in page_of(inside, addresses["translations_report"])
    assert inside.get(addresses["snippets_api_listing"]).json()[0]["title"]


@pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning")
def test_localize_itself_would_show_staff_what_it_has(translated):
    """The control of the test above: without our doors anybody who enters the admin reads titles and products."""
    product = ProductFactory(name_fr="Produit secret")
    staff()
    request = RequestFactory().get("/")
    request.user = User.objects.get(username="equipe")
    report = TranslationsReportView.as_view()(request).render().content.decode()
    assert "Récit secret" in report
    listing = SnippetViewSet.as_view({"get": "list"})(request, app_label="catalog", model_name="product")
    assert product.pk in [row["id"] for row in listing.data]


def test_the_report_is_in_the_menu_of_those_who_may_read_it():
    assert "/admin/localize/reports/" in page_of(editor(), "/admin/")
    assert "/admin/localize/reports/" not in page_of(staff(), "/admin/")
