"""Legal texts in the admin: an editor writes, compares and publishes them; both languages must be there."""

import json

import pytest
from django.urls import NoReverseMatch, reverse

from cms.models import LegalKind, LegalText
from tests.factories import a_legal_text, a_newer_version, a_part

from .admin_people import chief_editor, contributor, editor, queries_of, superuser

pytestmark = pytest.mark.django_db

LIST = "/admin/snippets/cms/legaltext/"
PUBLISH = {"action-publish": "1"}


def draftail(text: str) -> str:
    """What the rich text field sends for one paragraph; nothing written is a paragraph too."""
    block = {"key": "a", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    return json.dumps({"blocks": [block], "entityMap": {}})


def form(**changes) -> dict:
    words = {
        "title_fr": "Livraison", "body_fr": draftail("Par colis."), "title_ar": "التوصيل", "body_ar": draftail("طرد."),
        "title_en": "", "body_en": draftail(""),
    }  # fmt: skip
    return {"kind": LegalKind.DELIVERY, "confirmed_on": "", **words, **changes}


def test_an_editor_writes_a_draft_and_the_chief_editor_publishes_it_in_french_and_arabic():
    writer = editor()
    assert writer.post(LIST + "add/", form(title_ar="", body_ar=draftail(""))).status_code == 302
    draft = LegalText.objects.get()
    assert (draft.live, draft.revisions.count()) == (False, 1)
    writer.post(f"{LIST}edit/{draft.pk}/", form(**PUBLISH))
    assert LegalText.objects.get().live is False
    assert chief_editor().post(f"{LIST}edit/{draft.pk}/", form(**PUBLISH)).status_code == 302
    text = LegalText.objects.get()
    assert (text.live, text.languages) == (True, ["fr", "ar"])


@pytest.mark.parametrize(
    ("field", "empty"),
    [("title_fr", ""), ("title_ar", ""), ("body_fr", draftail("")), ("body_ar", draftail("  "))],
)
def test_publishing_without_one_of_them_is_refused_beside_the_field_and_nothing_is_lost(field, empty):
    answer = chief_editor().post(LIST + "add/", form(title_en="Delivery", **{field: empty}, **PUBLISH))
    assert answer.status_code == 200 and not LegalText.objects.exists()
    assert list(answer.context["form"].errors) == [field]
    assert 'value="Delivery"' in answer.content.decode()


def test_letters_that_no_database_stores_are_left_out_of_a_text():
    broken = draftail("Par \ud83d\x00colis.")  # JSON writes half an emoji as it writes a whole one
    assert chief_editor().post(LIST + "add/", form(body_fr=broken, **PUBLISH)).status_code == 302
    assert "Par colis." in LegalText.objects.get().body_fr


@pytest.mark.parametrize("is_in_force_today", [True, False])
def test_what_an_order_accepted_is_never_written_over(is_in_force_today):
    """The editor that saves while somebody types names the revision that it would write over."""
    chief = chief_editor()
    chief.post(LIST + "add/", form(kind=LegalKind.TERMS, **PUBLISH))
    text = LegalText.objects.get()
    order = a_part().order
    accepted = order.terms_revision
    assert accepted == text.live_revision
    if not is_in_force_today:
        text.unpublish()
    changed = form(kind=LegalKind.TERMS, title_fr="Autre chose", overwrite_revision_id=str(accepted.pk))
    assert chief.post(f"{LIST}edit/{text.pk}/", changed).status_code == 302
    accepted.refresh_from_db()
    assert accepted.content["title_fr"] == "Livraison"
    draft = LegalText.objects.get().latest_revision
    assert draft != accepted and draft.content["title_fr"] == "Autre chose"


def test_a_draft_that_was_never_published_is_written_over_while_somebody_types():
    writer = editor()
    writer.post(LIST + "add/", form())
    text = LegalText.objects.get()
    over = {"overwrite_revision_id": str(text.latest_revision_id)}
    writer.post(f"{LIST}edit/{text.pk}/", form(title_fr="Livraisons") | over)
    [only] = text.revisions.all()
    assert only.content["title_fr"] == "Livraisons"


def test_there_is_one_text_of_each_kind():
    a_legal_text(LegalKind.DELIVERY)
    answer = editor().post(LIST + "add/", form())
    assert answer.status_code == 200 and list(answer.context["form"].errors) == ["kind"]


def test_two_versions_can_be_compared_and_the_history_names_them():
    text = a_legal_text()
    first = text.live_revision
    a_newer_version(text, body_ar="<p>تغير كل شيء.</p>")
    client = editor()
    assert client.get(f"{LIST}history/{text.pk}/").status_code == 200
    versions = [text.pk, first.pk, text.live_revision_id]
    page = client.get(reverse("wagtailsnippets_cms_legaltext:revisions_compare", args=versions)).content.decode()
    assert "تغير" in page and "addition" in page


@pytest.mark.parametrize(("language", "says"), [("fr", "Vendu par"), ("ar", "تبيعه"), ("en", "Sold by")])
def test_a_version_is_previewed_in_each_language(language, says):
    text = a_legal_text(title_en="Terms", body_en="<p>Sold by the cooperative.</p>")
    revision = text.save_revision()
    page = editor().get(f"{LIST}history/{text.pk}/revisions/{revision.pk}/view/?mode={language}").content.decode()
    assert says in page and f'<html lang="{language}"' in page


def test_a_text_is_not_copied_and_not_deleted_by_anybody():
    text = a_legal_text()
    with pytest.raises(NoReverseMatch):
        reverse("wagtailsnippets_cms_legaltext:copy", args=[text.pk])
    superuser().post(f"{LIST}delete/{text.pk}/")
    assert LegalText.objects.filter(pk=text.pk).exists()


def test_people_who_write_products_only_do_not_see_them():
    text = a_legal_text()
    client = contributor()
    assert client.get(LIST).status_code == 302
    assert client.post(f"{LIST}edit/{text.pk}/", form(**PUBLISH)).status_code == 302
    assert LegalText.objects.get().title_fr == "Conditions"


def test_the_list_asks_as_much_for_3_texts_as_for_1():
    client = superuser()
    a_legal_text(LegalKind.TERMS)
    one = queries_of(client, LIST)
    a_legal_text(LegalKind.DELIVERY)
    a_legal_text(LegalKind.COOKIES)
    assert queries_of(client, LIST) == one


@pytest.mark.parametrize(("language", "says"), [("fr", "Livraison"), ("ar", "التوصيل"), ("en", "Delivery")])
def test_each_kind_is_named_in_the_language_of_who_reads_it_whoever_wrote_it(language, says):
    text = a_legal_text(LegalKind.DELIVERY)
    versions = [text.pk, text.live_revision_id]
    a_newer_version(text)
    versions.append(text.live_revision_id)
    client = editor()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    listed = client.get(LIST).content.decode().partition(f"snippet_{text.pk}_title")[2].partition("</span>")[0]
    assert listed == f'">{says}'
    for address in (
        f"{LIST}edit/{text.pk}/",
        f"{LIST}history/{text.pk}/",
        reverse("wagtailsnippets_cms_legaltext:revisions_compare", args=versions),
    ):
        title = client.get(address).content.decode().partition("<title>")[2].partition("</title>")[0]
        assert says in title, address
