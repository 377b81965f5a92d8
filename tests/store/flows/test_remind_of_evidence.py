"""A cooperative is told in time that a document ends, once for each distance, and not when it has sent the new one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.members.models import Role
from store.flows import remind_of_evidence as module
from store.flows.remind_of_evidence import remind_of_evidence
from store.flows.tick import tick
from store.models import OutboxMessage
from tests.factories import CooperativeFactory, ProductFactory, an_evidence
from tests.pages.members import a_member

pytestmark = pytest.mark.django_db


def days_later(days: int):
    return timezone.now() + timedelta(days=days)


def a_manager(cooperative, email="khadija@example.org"):
    member = a_member(cooperative)
    member.user.email = email
    member.user.save()
    return member


def test_three_reminders_and_one_at_its_end_each_once():
    cooperative = CooperativeFactory()
    a_manager(cooperative)
    an_evidence(cooperative, days=100)
    told = [day for day in range(0, 130) for _ in range(2) if remind_of_evidence(now=days_later(day))]
    assert told == [40, 70, 93, 100]
    suffixes = [key.split(":")[2] for key in OutboxMessage.objects.order_by("pk").values_list("key", flat=True)]
    assert suffixes == ["60", "30", "7", "0"]


def test_without_the_mark_each_tick_would_tell_again(monkeypatch):
    """The control: what is due stays due."""
    evidence = an_evidence(CooperativeFactory(), days=5)
    monkeypatch.setattr(module, "_remind", lambda evidence, at: True)
    assert [remind_of_evidence(now=timezone.now()) for _ in range(2)] == [1, 1]
    assert evidence.reminded_at_days is None


def test_what_comes_late_is_told_of_its_nearest_distance_alone():
    an_evidence(CooperativeFactory(), days=20)
    remind_of_evidence(now=timezone.now())
    assert OutboxMessage.objects.get().key.split(":")[2] == "30"


def test_managers_with_an_e_mail_are_written_to_or_else_the_cooperative():
    mine, silent = CooperativeFactory(), CooperativeFactory()
    a_manager(mine)
    a_manager(silent, email="")
    seller = a_member(mine, Role.SELLER)
    seller.user.email = "vendeuse@example.org"
    seller.user.save()
    for cooperative in (mine, silent):
        an_evidence(cooperative, days=7)
    remind_of_evidence(now=timezone.now())
    assert set(OutboxMessage.objects.values_list("recipient", flat=True)) == {"khadija@example.org", silent.email}


def test_who_sent_a_newer_one_is_left_alone():
    cooperative = CooperativeFactory()
    an_evidence(cooperative, days=7)
    an_evidence(cooperative, days=300, waits=True)
    assert remind_of_evidence(now=timezone.now()) == 0
    an_evidence(cooperative, kind="analysis", days=7)
    assert remind_of_evidence(now=timezone.now()) == 1


def test_the_mail_says_until_when_and_what_goes_off_sale(mailoutbox):
    cooperative = CooperativeFactory(language="en")
    ProductFactory(name_fr="Miel de thym", sale__cooperative=cooperative)
    ProductFactory(name_fr="Bougie", sale__cooperative=cooperative, sale__use="aroma")
    an_evidence(cooperative, days=7)
    remind_of_evidence(now=timezone.now())
    tick()
    sent = mailoutbox[-1]
    assert sent.subject.startswith("A document ends in 7 days: Sanitary approval")
    assert "Miel de thym" in sent.body and "Bougie" not in sent.body
    assert f"/en/espace/{cooperative.slug}/documents/" in sent.body


def test_the_tick_takes_off_sale_and_puts_back():
    cooperative = CooperativeFactory()
    sale = ProductFactory(sale__cooperative=cooperative).sale
    an_evidence(cooperative, days=1)
    tick()
    sale.refresh_from_db()
    assert sale.lapsed_at is None
    tick(days_later(16))
    sale.refresh_from_db()
    assert sale.lapsed_at
    an_evidence(cooperative, days=300)
    sale.refresh_from_db()
    assert sale.lapsed_at is None
