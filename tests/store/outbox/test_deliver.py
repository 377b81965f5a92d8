from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models
from django.utils import timezone

from store.models import OutboxMessage
from store.outbox import actions as outbox
from store.outbox.actions import Mail

pytestmark = pytest.mark.django_db


def compose(message) -> Mail:
    return Mail(f"About {message.about_id}", "text", "<p>text</p>")


def a_mail(about_id=1) -> OutboxMessage:
    outbox.write("order_received", about_id=about_id, recipient="amina@example.org", language="fr")
    return OutboxMessage.objects.get(about_id=about_id)


class DeadServer(BaseEmailBackend):
    tried: list[str] = []

    def send_messages(self, messages):
        self.tried += [message.extra_headers["Message-ID"] for message in messages]
        raise ConnectionRefusedError("nobody there")


@pytest.fixture
def dead_server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    DeadServer.tried.clear()
    return DeadServer


def test_the_same_mail_is_written_once():
    a_mail()
    a_mail()
    outbox.write("order_received", about_id=1, recipient="amina@example.org", language="fr", key_suffix="again")

    assert sorted(OutboxMessage.objects.values_list("key", flat=True)) == ["order_received:1", "order_received:1:again"]


def test_nobody_to_write_to_is_no_mail():
    outbox.write("order_received", about_id=1, recipient="", language="fr")

    assert not OutboxMessage.objects.exists()


def test_what_is_due_is_sent_once():
    a_mail(1), a_mail(2)

    assert outbox.deliver_due(compose) == 2
    assert outbox.deliver_due(compose, now=timezone.now() + timedelta(days=1)) == 0

    assert [(sent.subject, sent.to) for sent in mail.outbox] == [
        ("About 1", ["amina@example.org"]),
        ("About 2", ["amina@example.org"]),
    ]
    assert not OutboxMessage.objects.filter(sent_at=None).exists()


def test_when_the_mail_server_is_dead_the_same_mail_is_tried_again_ever_later(dead_server, settings):
    message = a_mail()
    now = timezone.now() + timedelta(seconds=1)
    waits = []
    for _ in range(11):
        assert outbox.deliver_due(compose, now=now) == 0
        message.refresh_from_db()
        waits.append((message.next_try_at - now).total_seconds() / 60)
        assert outbox.deliver_due(compose, now=message.next_try_at - timedelta(seconds=1)) == 0
        now = message.next_try_at

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]
    assert (message.tries, message.sent_at) == (11, None)
    assert "nobody there" in message.last_error

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.deliver_due(compose, now=now) == 1
    assert {*dead_server.tried, mail.outbox[0].extra_headers["Message-ID"]} == {outbox.message_id(message)}
    assert len(dead_server.tried) == 11


def test_a_mail_that_failed_for_weeks_still_has_its_next_try(dead_server):
    message = a_mail()
    OutboxMessage.objects.update(tries=5000)

    assert outbox.deliver_due(compose, now=timezone.now()) == 0

    message.refresh_from_db()
    assert message.tries == 5001


def test_a_mail_that_cannot_be_composed_does_not_keep_the_others_from_going():
    broken, _ = a_mail(1), a_mail(2)

    def compose_some(message):
        if message == broken:
            raise KeyError("no such template")
        return compose(message)

    assert outbox.deliver_due(compose_some) == 1

    assert [sent.subject for sent in mail.outbox] == ["About 2"]
    broken.refresh_from_db()
    assert (broken.sent_at, broken.tries) == (None, 1)
    assert "no such template" in broken.last_error


def test_two_workers_send_a_mail_once():
    first, second = a_mail(), a_mail()
    now = timezone.now()

    assert outbox._deliver(first, compose, now) is True
    assert outbox._deliver(second, compose, now) is False

    assert len(mail.outbox) == 1


def test_without_the_claim_two_workers_would_send_it_twice(monkeypatch):
    """The control of the test above."""

    class Unclaimed(models.QuerySet):
        def filter(self, *, pk, **conditions):
            return super().filter(pk=pk)

    first, second = a_mail(), a_mail()
    manager = Unclaimed.as_manager()
    manager.model = OutboxMessage
    monkeypatch.setattr(OutboxMessage, "objects", manager)

    assert [outbox._deliver(message, compose, timezone.now()) for message in (first, second)] == [True, True]
    assert len(mail.outbox) == 2


def test_a_claim_lasts_from_the_moment_of_sending_even_in_a_slow_round():
    a_mail()

    def compose_slowly(message):
        assert OutboxMessage.objects.get().next_try_at > timezone.now() + timedelta(minutes=1)
        return compose(message)

    assert outbox.deliver_due(compose_slowly, now=timezone.now() - timedelta(minutes=3)) == 0  # not due then
    OutboxMessage.objects.update(next_try_at=timezone.now() - timedelta(minutes=9))
    assert outbox.deliver_due(compose_slowly, now=timezone.now() - timedelta(minutes=3)) == 1


def test_a_slow_mail_server_does_not_hold_up_the_tick(monkeypatch):
    a_mail(1), a_mail(2)
    monkeypatch.setattr(outbox, "LONGEST_ROUND", -1)

    assert [outbox.deliver_due(compose) for _ in range(3)] == [1, 1, 0]


def test_a_worker_that_died_leaves_its_mail_to_the_next():
    message = a_mail()

    def die(message):
        raise SystemExit

    with pytest.raises(SystemExit):
        outbox.deliver_due(die)

    assert outbox.deliver_due(compose) == 0
    assert outbox.deliver_due(compose, now=timezone.now() + outbox.CLAIM) == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == outbox.message_id(message)
