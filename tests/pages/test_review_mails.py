"""Mails about reviews: to who decides and to who asked, in their language, never sent while somebody waits."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from wagtail.users.models import UserProfile

from store.flows import mails
from store.flows.mails import compose
from store.models import OutboxMessage, User
from store.outbox.actions import deliver_due

from .admin_people import chief_editor, contributor, editor, moderator, superuser
from .admin_stories import decide, rewrite, story_form, the_story, write
from .test_admin_figures import LIST as FIGURES
from .test_admin_figures import answers as figure_form
from .test_admin_products import a_product, at
from .test_admin_products import answers as product_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

SUBMIT = {"action-submit": "1"}


@pytest.fixture(autouse=True)
def _nothing_is_sent_yet(monkeypatch):
    monkeypatch.setattr(mails, "deliver_soon", lambda: None)


def written() -> list[tuple[str, str, str]]:
    return list(OutboxMessage.objects.order_by("pk").values_list("kind", "recipient", "language"))


def speaks(username: str, language: str) -> None:
    profile = UserProfile.get_for_user(User.objects.get(username=username))
    profile.preferred_language = language
    profile.save()


def test_who_decides_is_told_in_their_language_and_nothing_is_sent_meanwhile():
    chief_editor(), superuser(), moderator()
    speaks("redactrice-en-chef", "ar")
    write(editor(), story_form() | SUBMIT)
    assert written() == [("review_submitted", "redactrice-en-chef@example.org", "ar")]
    assert mail.outbox == []

    assert deliver_due(compose) == 1
    sent = mail.outbox[0]
    assert sent.subject.startswith("للمراجعة: Cinq femmes")
    assert f"/admin/pages/{the_story().pk}/edit/" in sent.body and "editrice" in sent.body
    assert 'dir="rtl"' in sent.alternatives[0][0]


def test_who_asked_is_told_what_was_decided_and_why():
    chief, writer = chief_editor(), editor()
    write(writer, story_form() | SUBMIT)
    decide(chief, the_story(), "reject", "Il manque une source.")
    rewrite(writer, the_story(), story_form() | {"action-restart-workflow": "1"})
    decide(chief, the_story(), "approve")
    deliver_due(compose)
    to_the_writer = [(sent.subject.partition(" : ")[0], sent.body) for sent in mail.outbox if sent.to[0][0] == "e"]
    assert [subject for subject, _body in to_the_writer] == ["Renvoyé", "Approuvé"]
    assert "Il manque une source." in to_the_writer[0][1] and "est publié" in to_the_writer[1][1]
    assert len(mail.outbox) == 4


def test_an_approval_that_waits_for_its_hour_says_so():
    chief, later = chief_editor(), timezone.localtime() + timedelta(days=2)
    write(editor(), story_form(go_live_at=later.strftime("%Y-%m-%d %H:%M")) | SUBMIT)
    decide(chief, the_story(), "approve")
    deliver_due(compose)
    assert re.search(r"paraîtra le .*\d", mail.outbox[-1].body)


def test_reviews_of_figures_and_products_are_told_to_those_who_decide_them():
    chief_editor(), moderator()
    form = figure_form(value="85", source_fr="Un article", is_undated="on", read_on="2026-11-23")
    editor().post(FIGURES + "add/", form | SUBMIT)
    product = a_product(name_fr="Miel")
    contributor().post(at("edit", product), product_form(name_fr="Miel de thym") | SUBMIT)
    assert [recipient for _kind, recipient, _language in written()] == [
        "redactrice-en-chef@example.org",
        "moderatrice@example.org",
    ]
    assert deliver_due(compose) == 2
    assert f"/admin/reviews/{product.pk}/" in mail.outbox[1].body


def test_who_wants_no_mails_of_reviews_gets_none():
    chief_editor()
    profile = UserProfile.get_for_user(User.objects.get(username="redactrice-en-chef"))
    profile.submitted_notifications = False
    profile.save()
    write(editor(), story_form() | SUBMIT)
    assert written() == []
