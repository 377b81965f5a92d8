"""Staff look at documents, accept or refuse them, and keep the rules; publishing is held to these in every way there is."""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry, TaskState

from catalog.evidence.actions import ACCEPTED, REFUSED
from catalog.models import Evidence, Product, Requirement
from tests.factories import CooperativeFactory, a_finished_product, an_evidence

from .admin_people import editor, moderator, queries_of, staff, superuser
from .test_admin_products import LIST, answers, at, new_product

pytestmark = pytest.mark.django_db

WORDS = {"composition_fr": "Miel", "composition_ar": "عسل", "advice_fr": "Au sec", "advice_ar": "في مكان جاف"}
PUBLISH = {"action-publish": "1"}
ASKED = "Sanitary approval or authorization (ONSSA): send it with its number"


def page(name: str, document: Evidence) -> str:
    return reverse(f"evidence:{name}", args=[document.pk])


# -- Documents -----------------------------------------------------------------------------------------------------------


def test_staff_accept_a_document_and_the_log_says_who():
    document, browser = an_evidence(CooperativeFactory(), waits=True), staff()
    shown = browser.get(page("inspect", document)).content.decode()
    assert "to be looked at" in shown and "DEMO-1" in shown
    assert browser.post(page("accept", document)).status_code == 302
    document.refresh_from_db()
    assert (document.outcome, document.decided_by.username) == ("accepted", "equipe")
    entry = ModelLogEntry.objects.get(action=ACCEPTED)
    assert entry.user.username == "equipe"
    assert "The document was accepted" in browser.get(page("inspect", document)).content.decode() or entry.label


def test_staff_refuse_a_document_with_a_reason_and_not_without():
    document, browser = an_evidence(CooperativeFactory(), waits=True), staff()
    assert browser.post(page("refuse", document), {"reason": ""}).status_code == 200
    browser.post(page("refuse", document), {"reason": "La page 2 manque"})
    document.refresh_from_db()
    assert (document.outcome, document.note) == ("refused", "La page 2 manque")
    assert "La page 2 manque" in browser.get(page("inspect", document)).content.decode()
    assert ModelLogEntry.objects.get(action=REFUSED).data == {"reason": "La page 2 manque"}


def test_what_was_decided_first_stands():
    document, browser = an_evidence(CooperativeFactory(), waits=True), staff()
    browser.post(page("refuse", document), {"reason": "Illisible"})
    browser.post(page("accept", document))
    document.refresh_from_db()
    assert document.outcome == "refused"


def test_staff_read_the_file_and_others_of_the_admin_do_not():
    document = an_evidence(CooperativeFactory())
    answer = staff().get(page("file", document))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    for browser in (editor(), moderator()):
        assert browser.get(page("file", document)).status_code == 302
        assert browser.post(page("accept", document)).status_code == 302
        assert browser.get(page("inspect", document)).status_code == 302


def test_the_list_is_filtered_and_asks_as_many_queries_for_ten_as_for_one():
    waiting, browser = an_evidence(CooperativeFactory(), waits=True), staff()
    soon = an_evidence(CooperativeFactory(), days=5)
    index, counts = reverse("evidence:index"), []

    def found(query: str) -> list[Evidence]:
        return list(browser.get(index + query).context["object_list"])

    assert (found("?state=waiting"), found("?state=expiring")) == ([waiting], [soon])
    assert found(f"?cooperative={soon.cooperative_id}") == [soon]
    for size in (2, 10):
        while Evidence.objects.count() < size:
            an_evidence(CooperativeFactory())
        counts.append(queries_of(browser, index))
    assert counts[0] == counts[1]


def test_the_dashboard_says_how_many_documents_wait():
    an_evidence(CooperativeFactory(), waits=True)
    assert f"{reverse('evidence:index')}?state=waiting" in staff().get("/admin/").content.decode()


# -- Rules ---------------------------------------------------------------------------------------------------------------


def test_staff_read_the_rules_add_one_and_take_one_away():
    browser, index = staff(), reverse("publishing-rules:index")
    assert "Sanitary approval" in browser.get(index).content.decode()
    browser.post(reverse("publishing-rules:add"), {"use": "gift", "need": "advice"})
    added = Requirement.objects.get(use="gift", need="advice")
    assert browser.post(reverse("publishing-rules:delete", args=[added.pk])).status_code == 302
    assert not Requirement.objects.filter(pk=added.pk).exists()


def test_a_rule_that_stands_already_is_refused_in_words():
    answer = staff().post(reverse("publishing-rules:add"), {"use": "gift", "need": "composition"})
    assert answer.status_code == 200 and answer.context["form"].errors


# -- Publishing ----------------------------------------------------------------------------------------------------------


def test_publishing_is_refused_with_what_is_missing_and_a_draft_is_kept():
    product, browser = a_finished_product(), moderator()
    form = answers(name_fr="Miel", **WORDS)
    answer = browser.post(at("edit", product), form | PUBLISH)
    assert answer.context["form"].non_field_errors() == [ASKED]
    assert "This product cannot go live yet." in answer.content.decode()
    assert browser.post(at("edit", product), form).status_code == 302
    product.refresh_from_db()
    assert not product.live

    an_evidence(product.sale.cooperative)
    browser.post(at("edit", product), form | PUBLISH)
    product.refresh_from_db()
    assert product.live


def test_a_new_food_cannot_be_published_at_once():
    answer = staff().post(LIST + "add/", new_product(**WORDS, **PUBLISH))
    assert answer.context["form"].non_field_errors() == [
        "Net weight or volume: add a size in grams or milliliters",
        ASKED,
    ]
    assert not Product.objects.exists()


@pytest.mark.parametrize("script", [True, False])
def test_approving_a_review_is_refused_with_what_is_missing(script):
    product, browser = a_finished_product(), superuser()
    browser.post(at("edit", product), answers(name_fr="Relu", **WORDS, **{"action-submit": "1"}))
    state = TaskState.objects.get()
    headers = {"x-requested-with": "XMLHttpRequest"} if script else {}
    approve = at("workflow_action", product, "approve", state.pk)
    browser.post(approve, {"comment": ""}, headers=headers)
    assert ASKED in browser.get(at("edit", product)).content.decode()
    product.refresh_from_db()
    state.refresh_from_db()
    assert (product.live, state.status) == (False, TaskState.STATUS_IN_PROGRESS)

    an_evidence(product.sale.cooperative)
    browser.post(approve, {"comment": ""}, headers=headers)
    product.refresh_from_db()
    assert product.live


def test_approving_from_the_form_is_refused_too():
    product, browser = a_finished_product(), superuser()
    form = answers(name_fr="Relu", **WORDS)
    browser.post(at("edit", product), form | {"action-submit": "1"})
    approve = {"action-workflow-action": "1", "workflow-action-name": "approve"}
    answer = browser.post(at("edit", product), form | approve)
    assert answer.context["form"].non_field_errors() == [ASKED]
    product.refresh_from_db()
    assert not product.live


def test_sending_back_is_never_refused():
    product, browser = a_finished_product(), superuser()
    browser.post(at("edit", product), answers(name_fr="Relu", **{"action-submit": "1"}))
    state = TaskState.objects.get()
    browser.post(at("workflow_action", product, "reject", state.pk), {"comment": "La composition ?"})
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_REJECTED


def test_a_date_in_the_future_does_not_lead_around_the_rules():
    product, browser = a_finished_product(), moderator()
    form = answers(name_fr="Miel", **WORDS, **PUBLISH, go_live_at="2031-05-01 08:00")
    assert browser.post(at("edit", product), form).context["form"].non_field_errors() == [ASKED]
    assert not Product.objects.get().approved_schedule
