"""What buyers, cooperatives and staff read about returns and refunds."""

import pytest
from django.conf import settings

from store.flows import mails
from store.flows.refunds import approve_refund, give_rib, pay_refund, refuse_refund, seal
from store.flows.returns import decide_return, receive_return
from store.models import OutboxMessage, User
from store.statuses import Actor
from tests.factories import a_return, a_rib, a_sold_part

pytestmark = pytest.mark.django_db

ALL = {
    mails.RETURN_ASKED, mails.RETURN_FOR_STAFF, mails.RETURN_ACCEPTED, mails.RETURN_REFUSED, mails.RETURN_RECEIVED,
    mails.REFUND_PAID, mails.REFUND_REFUSED,
}  # fmt: skip


@pytest.fixture
def written(settings) -> dict[str, OutboxMessage]:
    """Each kind, by all that can happen to two returns of one part."""
    settings.ORDERS_EMAIL = "federation@example.org"
    part, amina = a_sold_part(), User.objects.create_user("amina")
    decide_return(a_return(part), accept=False, actor=Actor.STAFF, answer="Le pot est ouvert")
    request = a_return(part)
    decide_return(request, accept=True, actor=Actor.STAFF, answer="Chez le libraire")
    receive_return(request, good={part.lines.get().pk: 1}, lost={}, actor=Actor.STAFF)
    [refund] = give_rib(part.order, a_rib(77))
    refuse_refund(refund, because="Un autre nom", by=amina)
    [refund] = give_rib(part.order, a_rib(78))
    approve_refund(refund, seen=seal(refund), by=amina)
    pay_refund(refund, reference="VIR-1", by=amina)
    return {message.kind: message for message in OutboxMessage.objects.filter(kind__in=ALL).order_by("-pk")}


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_each_mail_can_be_written_in_each_language_and_none_tells_an_account(written, language):
    assert set(written) == ALL
    for message in written.values():
        message.language = language
        mail = mails.compose(message)

        assert mail.subject and "\n" not in mail.subject
        for text in (mail.text, mail.html):
            assert "TW-" in mail.subject + text
            assert a_rib(77) not in text and a_rib(78) not in text


def said(written, kind: str) -> str:
    written[kind].language = "en"
    return mails.compose(written[kind]).text


def test_mails_say_what_was_decided_and_what_is_next(written):
    assert "Trop sucré" in said(written, mails.RETURN_ASKED) and "/admin/" not in said(written, mails.RETURN_ASKED)
    assert "/admin/returns/inspect/" in said(written, mails.RETURN_FOR_STAFF)
    assert "Chez le libraire" in said(written, mails.RETURN_ACCEPTED)
    assert "Le pot est ouvert" in said(written, mails.RETURN_REFUSED)
    assert "/remboursement/" in said(written, mails.RETURN_RECEIVED)
    assert "85.00" in said(written, mails.REFUND_PAID) and "VIR-1" in said(written, mails.REFUND_PAID)
    assert "Un autre nom" in said(written, mails.REFUND_REFUSED)
