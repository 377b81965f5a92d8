"""`manage.py reconcile` after an outage: the providers are asked for what nobody heard, then the books are compared."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from store.models import PaymentEvent
from store.payments.providers.base import ProviderDown
from store.statuses import AttemptStatus, PartStatus
from tests.factories.cards import a_card_order, begun, sound

pytestmark = pytest.mark.django_db


def test_it_finds_what_was_told_to_nobody_and_says_how_much_was_new(provider, capsys):
    order, open_ = a_card_order(), begun(a_card_order())
    attempt = begun(order)
    provider.pay(attempt)
    provider.give_back(attempt, 20)

    call_command("reconcile")
    assert capsys.readouterr().out == "New from the providers of cards: 2.\nEverything agrees.\n"
    assert order.parts.get().status == PartStatus.CONFIRMED
    open_.refresh_from_db()
    assert open_.status == AttemptStatus.OPEN
    sound()

    call_command("reconcile")
    assert capsys.readouterr().out == "New from the providers of cards: 0.\nEverything agrees.\n"


def test_it_looks_back_as_far_as_it_is_told(provider, capsys):
    attempt = begun(a_card_order())
    provider.pay(attempt)
    [event] = provider.events
    provider.events[:] = [type(event)(**{**vars(event), "at": timezone.now() - timedelta(days=9)})]

    call_command("reconcile")
    assert not PaymentEvent.objects.exists()
    call_command("reconcile", days=10)
    assert PaymentEvent.objects.get().done_at
    assert "cards: 1." in capsys.readouterr().out


def test_a_provider_that_does_not_answer_keeps_nobody_from_comparing(provider, monkeypatch, capsys):
    def silent(at):
        raise ProviderDown

    monkeypatch.setattr(provider, "events_since", silent)
    call_command("reconcile")
    assert capsys.readouterr().out.endswith("Everything agrees.\n")
