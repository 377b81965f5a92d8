"""What goes wrong while editors write: forms that are broken or very long, rows that are gone, two people at once."""

import pytest
from django.db import transaction
from django.urls import reverse

from catalog.models import Product, ShopImage
from cms.blocks.choosers import CategoryChooserBlock
from cms.models import CooperativePage, CooperativesPage, StoryPage
from tests.factories.catalog import LotFactory
from tests.hostile.shop import a_person
from tests.hostile.writing import Pen, block_answers, filled_in, post

from .told import a_figure, a_picture, a_story

pytestmark = pytest.mark.django_db
PEN = Pen(texts=("Miel de thym",), links=("https://example.org/",))


@pytest.fixture
def story(site, tmp_path):
    cooperative = LotFactory(variant__product__sale__cooperative__slug="ruche").cooperative
    list_of_them = CooperativesPage.objects.get()
    list_of_them.add_child(instance=CooperativePage(title="La ruche", slug="ruche", cooperative=cooperative))
    a_picture(tmp_path)
    a_figure()
    return a_story([("heading", "Le premier rucher"), ("text", "<p>Au printemps</p>")])


def edit(story) -> str:
    return reverse("wagtailadmin_pages:edit", args=(story.pk,))


def whole_form(editor, story) -> dict:
    """The edit form as a browser sends it, with one block of each kind."""
    _shown, answers = filled_in(editor, edit(story), PEN)
    return {**answers, "slug": story.slug, "title": "Nouveau titre"}


BROKEN = {
    "count that is no number": {"body-count": "x"},
    "no count": {"body-count": None},
    "more blocks than were sent": {"body-count": "5000"},
    "countless blocks": {"body-count": "9" * 30},
    "fewer than none": {"body-count": "-1"},
    "kind that is not known": {"body-0-type": "script"},
    "no kind": {"body-0-type": None},
    "order that is no number": {"body-0-order": "x"},
    "no order": {"body-0-order": None},
    "not said whether deleted": {"body-0-deleted": None},
    "list without a count": {"body-3-value-pictures-count": None},
    "text that is no JSON": {"body-1-value": "<p>Bonjour</p>"},
    "text of another JSON": {"body-1-value": "[1, 2]"},
    "text without blocks": {"body-1-value": "{}"},
    "text of broken letters": {"body-1-value": '{"blocks": [{"key": "a", "type": "unstyled", "depth": 0, "text": "\\ud800\\u0000", '
                               '"inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}'},
    "styles beyond the text": {"body-1-value": '{"blocks": [{"key": "a", "type": "unstyled", "depth": 0, "text": "x", '
                               '"inlineStyleRanges": [{"offset": -5, "length": 99, "style": "BOLD"}], '
                               '"entityRanges": [{"offset": 50, "length": 9, "key": 7}]}], "entityMap": {}}'},
    "link to a page that is no number": {"body-1-value": '{"blocks": [{"key": "a", "type": "unstyled", "depth": 0, "text": "x", '
                               '"inlineStyleRanges": [], "entityRanges": [{"offset": 0, "length": 1, "key": 0}]}], '
                               '"entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"id": "x\\" y"}}}}'},
    "picture that is no number": {"body-2-value-image": "x"},
    "picture that is not there": {"body-2-value-image": "999999"},
    "picture beyond all numbers": {"body-2-value-image": "9" * 30},
}  # fmt: skip


def test_a_form_that_is_broken_is_understood_or_refused_with_words_and_the_page_stays(story, client):
    """One story for all of them, as it was before each."""
    editor = a_person("editrice")
    whole = {**whole_form(editor, story), "action-publish": "x"}
    seen = {}
    for what, changes in BROKEN.items():
        with transaction.atomic():
            seen[what] = what_comes_of_it(editor, story, client, {**whole, **changes})
            transaction.set_rollback(True)
    assert {what: fault for what, fault in seen.items() if fault} == {}


def what_comes_of_it(editor, story, client, answers: dict) -> str:
    """What is wrong after this form was sent; empty if nothing is."""
    answer = post(editor, edit(story), {name: value for name, value in answers.items() if value is not None})
    if answer.status_code not in (200, 302, 400):
        return f"answered with {answer.status_code}"
    if answer.status_code == 200 and not ("Nouveau titre" in answer.content.decode() and answer.context["form"].errors):
        return "nothing is said, or what was typed is lost"
    page = client.get("/fr/recits/cinq-femmes/")
    expected = "Nouveau titre" if answer.status_code == 302 else "Cinq femmes"
    if page.status_code != 200 or expected not in page.content.decode():
        return "the page is not what it should be"
    return "" if editor.get(edit(story)).status_code == 200 else "it cannot be edited any more"


def test_a_story_of_300_blocks_is_saved_and_shown(story, client):
    editor = a_person("editrice")
    answers = {name: value for name, value in whole_form(editor, story).items() if not name.startswith("body-")}
    stream = StoryPage._meta.get_field("body").stream_block
    kinds = list(stream.child_blocks)
    for at in range(300):
        kind = kinds[at % len(kinds)]
        answers |= {f"body-{at}-type": kind, f"body-{at}-order": str(at), f"body-{at}-deleted": "", f"body-{at}-id": ""}
        answers |= block_answers(stream.child_blocks[kind], f"body-{at}-value", PEN, kind)
    answers["body-count"] = "300"
    assert post(editor, edit(story), {**answers, "action-publish": "x"}).status_code == 302
    page = client.get("/fr/recits/cinq-femmes/")
    assert page.status_code == 200 and page.content.decode().count("story__block--") == 300
    assert editor.get(edit(story)).status_code == 200


def test_a_story_whose_rows_are_gone_can_still_be_edited(story, client):
    editor = a_person("editrice")
    assert post(editor, edit(story), {**whole_form(editor, story), "action-publish": "x"}).status_code == 302
    ShopImage.objects.all().delete()
    Product.objects.update(live=False)
    assert client.get("/fr/recits/cinq-femmes/").status_code == 200
    assert editor.get(edit(story)).status_code == 200
    answer = post(editor, edit(story), {**whole_form(editor, story), "action-publish": "x"})
    assert answer.status_code == 200 and answer.context["form"].errors  # the pictures are to be chosen anew
    assert "Nouveau titre" in answer.content.decode()


def test_of_two_people_who_save_the_same_page_nobody_loses_words(story):
    first, second = a_person("premiere"), a_person("seconde")
    forms = [whole_form(person, story) for person in (first, second)]
    for person, form, title in zip((first, second), forms, ("De la première", "De la seconde"), strict=True):
        assert post(person, edit(story), {**form, "title": title}).status_code == 302
    kept = [revision.as_object().title for revision in story.revisions.order_by("pk")]
    assert kept[-2:] == ["De la première", "De la seconde"]
    earlier, later = list(story.revisions.order_by("pk"))[-2:]
    compare = reverse("wagtailadmin_pages:revisions_compare", args=(story.pk, earlier.pk, later.pk))
    page = first.get(compare).content.decode()
    assert "De la" in page and "première" in page and "seconde" in page


def test_a_list_of_rows_that_is_left_alone_chooses_none():
    assert CategoryChooserBlock(required=False).value_from_datadict({"x": ""}, {}, "x") is None
