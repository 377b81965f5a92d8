import os
import signal
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from catalog.models import Reservation
from store.flows import cancel_part as flow
from store.flows import tick as module
from store.flows.fulfil_part import confirm_part
from store.flows.invariants import check_invariants
from store.flows.tick import STEPS, lapse_unconfirmed, tick
from store.models import CooperativeOrder, OutboxMessage
from store.orders.reasons import CancelReason
from store.statuses import Actor, PartStatus, PaymentStatus
from tests.factories import LotFactory, a_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_49_hours():
    return timezone.now() + timedelta(hours=49)


def test_what_nobody_confirmed_lapses_and_its_stock_is_free(in_49_hours):
    lot = LotFactory()
    late, confirmed = a_part(lot=lot), a_part(PartStatus.CONFIRMED, lot=lot)

    done = tick(in_49_hours)

    late.refresh_from_db()
    assert (late.status, late.cancel_reason) == (PartStatus.CANCELED, CancelReason.NOT_CONFIRMED)
    assert late.status_changes.last().actor == Actor.CLOCK
    assert late.payments.get().status == PaymentStatus.EXPIRED
    confirmed.refresh_from_db()
    assert confirmed.status == PartStatus.CONFIRMED
    lot.refresh_from_db()
    assert lot.reserved == 2
    assert done["parts lapsed"] == 1
    assert check_invariants(in_49_hours) == []


def test_before_the_deadline_nothing_lapses():
    part = a_part()

    assert tick(part.confirm_by - timedelta(seconds=1))["parts lapsed"] == 0
    assert tick(part.confirm_by)["parts lapsed"] == 1


def test_ticking_twice_changes_nothing_more(in_49_hours):
    a_part()
    tick(in_49_hours)
    sent = len(mail.outbox)

    assert set(tick(in_49_hours).values()) == {0}
    assert len(mail.outbox) == sent


def confirmed_meanwhile(monkeypatch):
    """The tick has read what is late, and somebody confirms it before it is canceled."""
    real = module.cancel_part

    def late_cancel(part, **how):
        confirm_part(CooperativeOrder.objects.get(pk=part.pk), actor=Actor.STAFF)
        return real(part, **how)

    monkeypatch.setattr(module, "cancel_part", late_cancel)


def test_what_is_confirmed_at_the_last_moment_stays(in_49_hours, monkeypatch):
    part = a_part()
    confirmed_meanwhile(monkeypatch)

    assert lapse_unconfirmed(in_49_hours) == 0

    part.refresh_from_db()
    assert part.status == PartStatus.CONFIRMED
    assert Reservation.objects.live().get().quantity == 2
    assert check_invariants() == []


def test_without_its_limit_the_clock_would_cancel_what_was_just_confirmed(in_49_hours, monkeypatch):
    """The control of the test above."""
    a_part()
    confirmed_meanwhile(monkeypatch)
    monkeypatch.setattr(flow, "CANCELABLE_FROM", {})

    assert lapse_unconfirmed(in_49_hours) == 1


@pytest.mark.parametrize("error", [OperationalError("the database is locked"), KeyError("a fault of ours")])
def test_a_step_that_fails_does_not_keep_the_others_from_running(in_49_hours, monkeypatch, error):
    a_part()

    def fail(now):
        raise error

    monkeypatch.setattr(module, "STEPS", [("failing", fail), *STEPS])

    done = tick(in_49_hours)

    assert list(done) == [name for name, _ in STEPS]
    assert done["parts lapsed"] == 1


def test_the_command_ticks_once_and_says_what_it_did(capsys):
    a_part(now=timezone.now() - timedelta(hours=49))

    call_command("tick")
    assert "1 parts lapsed" in capsys.readouterr().out

    call_command("tick")
    assert "mails sent" in capsys.readouterr().out
    assert not OutboxMessage.objects.filter(sent_at=None).exists()


def ask_to_end(*_) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.fixture
def own_signals():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, action in before.items():
        signal.signal(number, action)


@pytest.mark.usefixtures("own_signals")
def test_a_clock_that_is_asked_to_end_finishes_its_step_and_leaves_the_others(monkeypatch):
    finished = []

    def step(now):
        ask_to_end()
        finished.append("this")

    monkeypatch.setattr(module, "STEPS", [("this", step), ("the next", lambda now: finished.append("the next"))])

    call_command("tick", every=3600)

    assert finished == ["this"]


@pytest.mark.usefixtures("own_signals")
def test_a_clock_that_is_asked_to_end_while_it_waits_ends_at_once_and_well(monkeypatch):
    monkeypatch.setattr(time, "sleep", ask_to_end)

    with pytest.raises(SystemExit) as ending:
        call_command("tick", every=3600)

    assert not ending.value.code
