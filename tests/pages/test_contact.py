"""Somebody writes to the shop, and staff answer."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale

from cms.models import ContactPage, HomePage
from store.contact.actions import mark_answered
from store.flows import mails
from store.flows.tick import tick
from store.models import ContactMessage, OutboxMessage, User
from store.outbox import actions as outbox
from store.outbox.actions import deliver_due

from .admin_people import contributor, editor, queries_of, staff, superuser

pytestmark = pytest.mark.django_db

PAGE, INBOX = "/fr/contact/", "/admin/contact-messages/"
LETTER = {"subject": "order", "order_number": "TW-1042", "text": "Où est mon colis ?", "name": "Salma Berrada",
          "email": "salma@example.org", "phone": "", "website": ""}  # fmt: skip


@pytest.fixture
def contact(site) -> ContactPage:
    return site.add_child(
        instance=ContactPage(title="Contact", slug="contact", opening_hours="9 h à 17 h", address="Rue A\nMeknès")
    )


def sends(client, page=PAGE, **changes):
    return client.post(page, LETTER | changes)


def a_home_in(language: str) -> HomePage:
    locale = Locale.objects.get_or_create(language_code=language)[0]
    home = HomePage.objects.get(slug="accueil-fr").copy_for_translation(locale)
    home.live = True
    home.save()
    return home


def a_page_in(language: str) -> None:
    home = a_home_in(language)
    home.add_child(instance=ContactPage(title="Contact", slug="contact", locale=home.locale))


def a_message(**fields) -> ContactMessage:
    written = {"language": "fr", "subject": "other", "text": "Bonjour", "name": "Salma", "email": "salma@example.org"}
    return ContactMessage.objects.create(**written | fields)


# -- Writing -----------------------------------------------------------------------------------------------------------


def test_a_message_is_kept_and_mailed_and_its_sender_is_thanked(contact, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = sends(client, phone="٠٦١٢٣٤٥٦٧٨")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/fr/contact/?merci=1")
    message = ContactMessage.objects.get()
    assert (message.name, message.subject, message.order_number) == ("Salma Berrada", "order", "TW-1042")
    assert (message.phone.as_e164, message.language, message.answered_at) == ("+212612345678", "fr", None)
    to_shop, to_sender = mail.outbox
    assert (to_shop.to, to_shop.reply_to) == (["bonjour@twiza.example"], ["salma@example.org"])
    assert "Où est mon colis ?" in to_shop.body and f"{INBOX}inspect/{message.pk}/" in to_shop.body
    assert (to_sender.to, to_sender.reply_to) == (["salma@example.org"], [])
    assert "Votre message est parti" in client.get("/fr/contact/?merci=1").content.decode()


def test_the_receipt_carries_no_words_that_the_sender_chose(contact, client):
    """Else anybody could have the shop write anything to anybody."""
    sends(client, name="Gagnez un prix", text="http://spam.example", order_number="spam.example")
    deliver_due(mails.compose)
    [receipt] = [sent for sent in mail.outbox if sent.to == ["salma@example.org"]]
    html = receipt.alternatives[0].content
    for words in ("Gagnez", "spam.example"):
        assert words not in receipt.subject + receipt.body + html


def test_a_telephone_number_is_enough_and_then_nobody_gets_a_receipt(contact, client):
    assert sends(client, email="", phone="+33 1 42 68 53 00").status_code == 303
    assert [row.kind for row in OutboxMessage.objects.all()] == ["message_for_shop"]
    deliver_due(mails.compose)
    assert mail.outbox[0].reply_to == []


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "que nous puissions"), ("en", "so that we can answer"), ("ar", "لنتمكن من الإجابة")]
)
def test_without_a_way_to_answer_nothing_is_sent_and_what_was_typed_stays(contact, client, language, words):
    if language != "fr":
        a_page_in(language)
    answer = sends(client, f"/{language}/contact/", email="", phone="")
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page
    assert "Où est mon colis ?</textarea>" in page and 'value="Salma Berrada"' in page and 'value="TW-1042"' in page
    assert not ContactMessage.objects.exists() and not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"email": "salma@"}, {"phone": "12"}, {"subject": "x"}, {"text": " "}, {"text": "x" * 4001}, {"name": "\0"},
              {"email": "a@example.org\nBcc: b@example.org"}, {"order_number": "x" * 21}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(contact, client, wrong):
    assert sends(client, **wrong).status_code == 422
    assert not ContactMessage.objects.exists() and not OutboxMessage.objects.exists()


def test_a_program_that_fills_in_every_field_is_thanked_and_not_heard(contact, client):
    assert sends(client, website="http://spam.example").status_code == 303
    assert not ContactMessage.objects.exists() and not OutboxMessage.objects.exists()


def test_who_writes_too_often_is_told_when_to_try_again_and_keeps_the_words(contact, client, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "contact": (2, 3600)}
    assert [sends(client).status_code for _ in range(3)] == [303, 303, 429]
    answer = sends(client)
    assert "Où est mon colis ?</textarea>" in answer.content.decode() and answer.headers["Retry-After"]
    assert ContactMessage.objects.count() == 2


def test_a_faulty_form_costs_no_attempt(contact, client, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "contact": (1, 3600)}
    assert [sends(client, text="").status_code for _ in range(3)] == [422] * 3
    assert sends(client).status_code == 303


def test_the_form_needs_its_token_and_its_page_is_never_kept(contact):
    browser = Client(enforce_csrf_checks=True)
    assert sends(browser).status_code == 403
    page = browser.get(PAGE)
    assert "no-store" in page.headers["Cache-Control"]
    token = page.context["csrf_token"]
    assert browser.post(PAGE, {**LETTER, "csrfmiddlewaretoken": str(token)}).status_code == 303


def test_the_page_shows_the_other_ways(contact, client, settings):
    page = client.get(PAGE).content.decode()
    assert "9 h à 17 h" in page and "Rue A<br>Meknès" in page and "mailto:bonjour@twiza.example" in page
    assert "wa.me" not in page
    settings.CONTACT_PHONE = "+212535000000"
    page = client.get(PAGE).content.decode()
    assert 'href="https://wa.me/212535000000?text="' in page and 'href="tel:+212535000000"' in page
    assert '"@type": "ContactPage"' in page and '"telephone": "+212535000000"' in page


def test_an_order_can_be_named_in_the_address(contact, client):
    assert 'name="order_number" value="TW-1"' in client.get(f"{PAGE}?commande=TW-1").content.decode()
    assert client.get(f"{PAGE}?commande=%00{'x' * 500}").status_code == 200


def test_an_alias_in_another_language_leads_to_the_words_of_its_source(contact, client):
    arabic = a_home_in("ar").locale
    contact.copy_for_translation(arabic, alias=True)
    for answer in (client.get("/ar/contact/"), sends(client, "/ar/contact/")):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/fr/contact/")
    assert not ContactMessage.objects.exists()


def test_the_page_asks_few_queries(contact, client):
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert len(queries) <= 12


def test_the_tree_cannot_be_got_wrong():
    assert ContactPage.allowed_parent_page_models() == [HomePage] and ContactPage.allowed_subpage_models() == []


def test_the_database_refuses_a_message_that_nobody_could_answer(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        a_message(email="", phone="")
    with pytest.raises(IntegrityError), transaction.atomic():
        a_message(subject="x")
    assert a_message(email="", phone="+212612345678").pk


# -- Answering ---------------------------------------------------------------------------------------------------------


def test_staff_read_a_message_and_note_that_it_is_answered():
    client, message = staff(), a_message(order_number="TW-1042")
    assert "Salma" in client.get(INBOX).content.decode()
    page = client.get(f"{INBOX}inspect/{message.pk}/").content.decode()
    assert "Bonjour" in page and "/admin/orders/?q=TW-1042" in page and "It is answered" in page
    assert client.post(f"{INBOX}answered/{message.pk}/").status_code == 302
    message.refresh_from_db()
    assert message.answered_by.username == "equipe" and message.answered_at
    assert "It is answered" not in client.get(f"{INBOX}inspect/{message.pk}/").content.decode()


def test_the_first_page_of_staff_says_how_many_wait():
    a_message(), a_message(answered_at=timezone.now())
    panel = staff().get("/admin/").content.decode().split('class="to-do"')[1].split("</ul>")[0]
    assert f"{INBOX}?waiting=true" in panel and "Messages to answer" in panel


def test_who_answered_first_stays():
    first, second = (User.objects.create_user(name, email=f"{name}@example.org") for name in ("a", "b"))
    message, now = a_message(), timezone.now()
    assert mark_answered(message, by=first, now=now)
    assert not mark_answered(message, by=second, now=now + timedelta(hours=1))
    message.refresh_from_db()
    assert (message.answered_by, message.answered_at) == (first, now)


def test_staff_find_messages():
    client = staff()
    a_message(name="Salma Berrada", text="Où est mon colis ?")
    a_message(name="Le Matin", email="presse@example.org", subject="press", answered_at=timezone.now())
    found = client.get(f"{INBOX}?q=colis").content.decode()
    assert "Salma Berrada" in found and "Le Matin" not in found
    assert "Salma Berrada" not in client.get(f"{INBOX}?subject=press").content.decode()
    assert "Le Matin" not in client.get(f"{INBOX}?waiting=true").content.decode()


@pytest.mark.parametrize("who", [editor, contributor])
def test_messages_are_for_staff_alone(who):
    message, client = a_message(), who()
    for path in (INBOX, f"{INBOX}inspect/{message.pk}/"):
        assert client.get(path).headers["Location"] == "/admin/"
    assert client.post(f"{INBOX}answered/{message.pk}/").headers["Location"] == "/admin/"
    message.refresh_from_db()
    assert message.answered_at is None


def test_nobody_invents_changes_or_deletes_a_message():
    client, message = superuser(), a_message()
    for path in ("new/", f"edit/{message.pk}/", f"delete/{message.pk}/"):
        assert client.get(INBOX + path).status_code == 404
    assert client.get(f"{INBOX}answered/{message.pk}/").status_code == 405


def test_the_list_asks_as_much_for_3_messages_as_for_1():
    client = staff()
    a_message()
    one = queries_of(client, INBOX)
    a_message(), a_message()
    assert queries_of(client, INBOX) == one


def test_messages_are_forgotten_some_time_after_their_answer_or_later_without_one(settings):
    settings.CONTACT_MESSAGE_DAYS, settings.CONTACT_UNANSWERED_DAYS = 10, 20
    now = timezone.now()

    def days_ago(days: int):
        return now - timedelta(days=days)

    a_message(name="answered long ago", answered_at=days_ago(11))
    a_message(name="answered lately", answered_at=days_ago(9), created_at=days_ago(99))
    a_message(name="waits too long", created_at=days_ago(21))
    a_message(name="waits", created_at=days_ago(19))
    assert tick(now)["old messages deleted"] == 2
    assert set(ContactMessage.objects.values_list("name", flat=True)) == {"answered lately", "waits"}


def test_the_address_of_the_sender_is_forgotten_with_the_message(contact, client, settings):
    for address in ("salma@example.org", "latifa@example.org"):
        sends(client, email=address)
    deliver_due(mails.compose)
    gone, stays = ContactMessage.objects.order_by("pk")
    outbox.write(mails.ORDER_RECEIVED, about_id=gone.pk, recipient="buyer@example.org", language="fr")
    ContactMessage.objects.filter(pk=gone.pk).update(
        answered_at=timezone.now() - timedelta(days=settings.CONTACT_MESSAGE_DAYS, minutes=1)
    )
    tick()
    kept = OutboxMessage.objects.order_by("pk").values_list("kind", "about_id", "recipient")
    assert list(kept) == [
        ("message_for_shop", stays.pk, "bonjour@twiza.example"),
        ("message_received", stays.pk, "latifa@example.org"),
        ("order_received", gone.pk, "buyer@example.org"),
    ]


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_the_page_says_how_long_a_message_is_kept(contact, client, settings, language):
    settings.CONTACT_MESSAGE_DAYS, settings.CONTACT_UNANSWERED_DAYS = 123, 456
    if language != "fr":
        a_page_in(language)
    page = client.get(f"/{language}/contact/").content.decode()
    assert "123" in page and "456" in page
