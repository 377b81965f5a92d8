"""The page of a cooperative, as editors write it."""

import pytest
from django.urls import reverse
from django.utils import translation
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield
from wagtail_localize.fields import get_translatable_fields

from cms.editing.checklist import checklist
from cms.editing.publishing import NotReady
from cms.models import CooperativePage, CooperativesPage, HomePage
from tests.factories import CooperativeFactory

from .admin_people import chief_editor, editor
from .told import a_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

PUBLISH = {"action-publish": "1"}


def form(**changes) -> dict:
    told = {
        "title": "La ruche d’Ifrane", "slug": "la-ruche-difrane", "introduction": "Du miel.", "cover": "", "cover_alt": "",
        "body": streamfield([]), "comments": inline_formset([]), **changes,
    }  # fmt: skip
    return nested_form_data(told)


def write(browser, answers: dict):
    index = CooperativesPage.objects.get()
    return browser.post(reverse("wagtailadmin_pages:add", args=["cms", "cooperativepage", index.pk]), answers)


@pytest.mark.parametrize("slug", ["", "la-ruche-difrane"])
@pytest.mark.parametrize("deed", [{}, PUBLISH])
def test_who_leaves_the_address_of_a_new_page_gets_that_of_the_cooperative(slug, deed):
    ruche = CooperativeFactory(slug="ruche")
    assert write(chief_editor(), form(slug=slug, cooperative=ruche.pk) | deed).status_code == 302
    page = CooperativePage.objects.get()
    assert (page.slug, page.live) == ("ruche", bool(deed))


def test_who_writes_another_address_is_told_which_word_to_keep():
    answer = write(editor(), form(slug="abeilles", cooperative=CooperativeFactory(slug="ruche").pk))
    assert answer.status_code == 200 and "ruche" in str(answer.context["form"].errors["slug"])
    assert not CooperativePage.objects.exists()


def test_the_cooperative_is_asked_for_before_its_word():
    answer = write(editor(), form(slug="", cooperative=""))
    assert answer.status_code == 200 and "cooperative" in answer.context["form"].errors


def test_a_second_page_of_a_cooperative_is_refused_beside_its_address():
    ruche, browser = CooperativeFactory(slug="ruche"), editor()
    for status in (302, 200):
        answer = write(browser, form(cooperative=ruche.pk))
        assert answer.status_code == status
    assert list(answer.context["form"].errors) == ["slug"]


def test_a_cover_without_words_is_kept_as_a_draft_and_not_published(tmp_path):
    ruche, chief = CooperativeFactory(slug="ruche"), chief_editor()
    answers = form(cooperative=ruche.pk, slug="ruche", cover=a_picture(tmp_path).pk)
    assert write(editor(), answers).status_code == 302
    page = CooperativePage.objects.get()
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    refusal = chief.post(address, answers | PUBLISH)
    assert refusal.status_code == 200 and list(refusal.context["form"].errors) == ["cover_alt"]
    chief.post(f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}")
    assert not CooperativePage.objects.get().live
    assert chief.post(address, answers | {"cover_alt": "Une ruche"} | PUBLISH).status_code == 302
    assert CooperativePage.objects.get().live


def test_readers_are_told_what_is_seen_on_a_cover_and_whether_it_was_drawn(site, client, tmp_path):
    ruche = CooperativeFactory(slug="ruche")
    page = CooperativePage(
        title="La ruche", slug="ruche", cooperative=ruche, cover=a_picture(tmp_path), cover_alt="Une <ruche>",
        cover_is_illustration=True,
    )  # fmt: skip
    CooperativesPage.objects.get().add_child(instance=page)
    site.hero_image, site.hero_alt, site.hero_is_illustration = a_picture(tmp_path), "Un rayon", True
    site.save()
    for address, alt in (("/fr/cooperatives/ruche/", "Une &lt;ruche&gt;"), ("/fr/", "Un rayon")):
        head = client.get(address).content.decode().partition("<main")[2].partition("</figure>")[0]
        assert f'alt="{alt}"' in head and '<span class="story-picture__mark">Illustration</span>' in head, address


def test_a_photograph_has_no_mark(site, client, tmp_path):
    site.hero_image, site.hero_alt = a_picture(tmp_path), "Un rayon"
    site.save()
    assert "story-picture__mark" not in client.get("/fr/").content.decode()


def test_no_home_page_comes_out_with_a_picture_of_which_nothing_is_said(site, tmp_path):
    site.hero_image = a_picture(tmp_path)
    with pytest.raises(NotReady):
        site.save()
    with pytest.raises(NotReady):
        site.save_revision().publish()


def test_the_editor_is_told_what_is_missing_at_the_head_of_a_page(site, tmp_path):
    def told() -> list:
        with translation.override("en"):
            return [line.todo for line in checklist(site) if line.what == "A cover, and what is seen on it"]

    assert told() == [("Opening: choose a picture",)]
    site.hero_image = a_picture(tmp_path)
    assert told() == [("Opening: say what is seen",)]
    site.hero_alt = "Un rayon"
    assert told() == [()]


def test_what_is_seen_is_translated_and_the_picture_stays():
    for model, words, picture in ((HomePage, "hero_alt", "hero_image"), (CooperativePage, "cover_alt", "cover")):
        fields = {field.field_name: field for field in get_translatable_fields(model)}
        assert fields[words].is_translated(model()) and fields[picture].is_synchronized(model())
