"""The page of a cooperative, as editors write it."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from cms.models import CooperativePage, CooperativesPage
from tests.factories import CooperativeFactory

from .admin_people import chief_editor, editor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

PUBLISH = {"action-publish": "1"}


def form(**changes) -> dict:
    told = {
        "title": "La ruche d’Ifrane", "slug": "la-ruche-difrane", "introduction": "Du miel.", "cover": "",
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
