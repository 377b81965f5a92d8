"""A cooperative applies, staff let it in or turn it down, and what was refused is forgotten."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Cooperative, CooperativeMember, Invitation
from cms.models import LegalKind
from store.flows import applications as module
from store.flows.tick import tick
from store.models import Application, ApplicationFile, OutboxMessage
from tests.factories import PDF, CooperativeFactory, a_legal_text, a_newer_version

from .admin_people import editor, queries_of, staff, superuser

pytestmark = pytest.mark.django_db

PAGE = "/fr/adherer/"
LETTER = {
    "legal_name": "Coopérative Zerhoun", "makes": "Huile d’olive", "commune": "Moulay Driss", "name": "Aïcha",
    "phone": "0612 34 56 78", "email": "aicha@example.org", "language": "ar", "website": "",
}  # fmt: skip


def pdfs(count: int) -> list:
    return [SimpleUploadedFile(f"{number}.pdf", PDF) for number in range(count)]


def applies(files=(), **changes):
    return Client().post(PAGE, {**LETTER, **changes, **({"files": list(files)} if files else {})})


def an_application(**changes) -> Application:
    applies(**changes)
    return Application.objects.latest("pk")


def page(name: str, application: Application, *more) -> str:
    return reverse(f"applications:{name}", args=[application.pk, *more])


LET_IN = {"name": "Zerhoun", "slug": "zerhoun", "registration": "N° 0031"}

# -- Applying ------------------------------------------------------------------------------------------------------------


def test_a_cooperative_applies_with_its_papers_and_is_told_that_it_came():
    charter = a_legal_text(LegalKind.CHARTER)
    shown = Client().get(PAGE)
    assert f'value="{charter.live_revision_id}"' in shown.content.decode()
    answer = applies(files=pdfs(3), charter="on", charter_seen=charter.live_revision_id)
    assert answer["location"] == f"{PAGE}?merci=1"
    application = Application.objects.get()
    assert (str(application.phone), application.language) == ("+212612345678", "ar")
    assert application.charter_revision_id == charter.live_revision_id
    assert [file.file.name.startswith("applications/") for file in application.files.all()] == [True] * 3
    told = OutboxMessage.objects.get()
    assert (told.kind, told.recipient, told.language) == ("application_received", "aicha@example.org", "ar")
    assert "Votre demande est envoyée" in Client().get(answer["location"]).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"legal_name": ""}, "legal_name"),
        ({"makes": ""}, "makes"),
        ({"phone": "12"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"language": "tlh"}, "language"),
        ({"files": pdfs(4)}, "files"),
        ({"files": [SimpleUploadedFile("a.pdf", b"MZ")]}, "files"),
        ({"charter": ""}, "charter"),
        ({"charter": "on", "charter_seen": "999"}, "charter"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(wrong, field):
    charter = a_legal_text(LegalKind.CHARTER)
    answer = applies(**{"charter": "on", "charter_seen": charter.live_revision_id, **wrong})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    assert "Moulay Driss" in answer.content.decode()
    assert not Application.objects.exists()


def test_a_charter_that_changed_meanwhile_is_read_again():
    charter = a_legal_text(LegalKind.CHARTER)
    seen = charter.live_revision_id
    a_newer_version(charter)
    assert set(applies(charter="on", charter_seen=seen).context["form"].errors) == {"charter"}


def test_where_no_charter_is_published_none_is_accepted():
    assert an_application().charter_revision is None


def test_a_program_is_thanked_and_nothing_is_kept():
    assert applies(website="https://example.org").status_code == 303
    assert not Application.objects.exists()


def test_one_network_applies_so_often(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "application": (1, 3600)}
    cache.clear()
    assert [applies().status_code, applies().status_code] == [303, 429]


def test_the_foot_of_the_shop_leads_there(visitor):
    assert f'href="{PAGE}"' in visitor.get("/fr/boutique/").content.decode()


# -- Deciding ------------------------------------------------------------------------------------------------------------


def test_staff_let_it_in_suspended_with_its_first_manager_invited():
    application, browser = an_application(email=""), staff()
    assert 'value="cooperative-zerhoun"' in browser.get(page("let_in", application)).content.decode()
    answer = browser.post(page("let_in", application), LET_IN)
    cooperative, invitation = Cooperative.objects.get(), Invitation.objects.get()
    assert answer["location"] == reverse("invitations:inspect", args=[invitation.pk])
    assert (cooperative.name_fr, cooperative.legal_name, cooperative.commune_fr, cooperative.is_selling) == (
        "Zerhoun",
        "Coopérative Zerhoun",
        "Moulay Driss",
        False,
    )
    assert (invitation.cooperative, invitation.role, invitation.language) == (cooperative, "manager", "ar")
    assert "wa.me" in browser.get(answer["location"]).content.decode()
    application.refresh_from_db()
    assert (application.outcome, application.cooperative, application.decided_by.username) == (
        "approved",
        cooperative,
        "equipe",
    )
    assert not CooperativeMember.objects.exists()


def test_an_address_that_is_taken_is_refused_in_words():
    CooperativeFactory(slug="zerhoun")
    application = an_application()
    answer = staff().post(page("let_in", application), LET_IN)
    assert set(answer.context["form"].errors) == {"slug"} and Cooperative.objects.count() == 1


def test_it_is_turned_down_with_a_reason_that_goes_by_mail():
    application, browser = an_application(), staff()
    assert browser.post(page("turn_down", application), {"reason": ""}).status_code == 200
    browser.post(page("turn_down", application), {"reason": "Pas encore d’agrément"})
    application.refresh_from_db()
    assert (application.outcome, application.note) == ("refused", "Pas encore d’agrément")
    assert OutboxMessage.objects.latest("pk").kind == "application_refused"


def test_the_first_decision_stands_and_leaves_no_second_cooperative():
    application, browser = an_application(), staff()
    browser.post(page("turn_down", application), {"reason": "Non"})
    browser.post(page("let_in", application), LET_IN)
    assert not Cooperative.objects.exists() and not Invitation.objects.exists()


def test_the_control_without_the_guard_two_decisions_would_be_taken(monkeypatch):
    application = an_application()
    monkeypatch.setattr(module.actions, "approve", lambda application, cooperative, by: True)
    monkeypatch.setattr(type(Application.objects.all()), "waiting", lambda rows: rows.all())
    module.turn_down(application, because="Non", by=None)
    module.let_in(application, by=None, **LET_IN)
    assert Cooperative.objects.exists()


def test_staff_read_the_papers_and_nobody_else_does():
    applies(files=pdfs(1))
    application, file = Application.objects.get(), ApplicationFile.objects.get()
    answer = staff().get(page("file", application, file.pk))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    other = an_application(legal_name="Autre")
    assert superuser().get(page("file", other, file.pk)).status_code == 404
    for browser in (editor(), Client()):
        assert browser.get(page("file", application, file.pk)).status_code == 302
        assert browser.post(page("let_in", application), LET_IN).status_code == 302
    assert not Cooperative.objects.exists()
    assert Client().get(f"/media/{file.file.name}").status_code == 404


def test_the_list_asks_as_many_queries_for_ten_as_for_one_and_finds_what_waits():
    first, browser, counts = an_application(), staff(), []
    index = reverse("applications:index")
    for size in (1, 10):
        while Application.objects.count() < size:
            Application.objects.create(phone="+212612345678", legal_name="X", makes="x", commune="x", name="x")
        counts.append(queries_of(browser, index))
    assert counts[0] == counts[1]
    module.turn_down(first, because="Non", by=None)
    assert first not in browser.get(f"{index}?waiting=true").context["object_list"]
    assert f"{index}?waiting=true" in browser.get("/admin/").content.decode()


def test_what_was_refused_is_forgotten_after_90_days_with_its_files_and_mails(django_capture_on_commit_callbacks):
    applies(files=pdfs(1))
    refused, kept = Application.objects.get(), an_application(legal_name="Autre")
    file = ApplicationFile.objects.get().file
    module.turn_down(refused, because="Non", by=None)
    tick(timezone.now() + timedelta(days=89))
    assert Application.objects.count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        module.forget_applications(now=timezone.now() + timedelta(days=91))
    assert list(Application.objects.all()) == [kept]
    assert not file.storage.exists(file.name)
    assert not OutboxMessage.objects.filter(about_id=refused.pk, kind__startswith="application").exists()


@pytest.mark.parametrize("wrong", [{"outcome": "approved"}, {"outcome": "refused"}, {"note": "Why"}])
def test_the_database_refuses_half_a_decision(wrong):
    application = an_application()
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(**wrong)
