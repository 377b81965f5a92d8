"""What reaches the addresses where providers call: only what is signed is kept, and nothing breaks."""

import json
import time

import pytest
from django.test import Client
from django.urls import reverse

from store.flows.cards.events import apply_due
from store.flows.cards.start import start_card
from store.flows.tick import lapse_unconfirmed
from store.models import MoneyTask, Order, PaymentAttempt, PaymentEvent
from store.payments.methods import CMI
from store.payments.providers.cmi import hash_ver3
from store.statuses import AttemptStatus, PartStatus
from tests.factories import CartFactory, LotFactory, a_contact, place
from tests.factories.cards import a_card_order, begun, long_after, sound
from tests.providers.running import running_provider

pytestmark = pytest.mark.django_db

STRIPE_URL, CMI_URL = "/webhooks/stripe/", "/webhooks/cmi/"
GOOD = "4242424242424242"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def running():
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running, settings):
    running.reset()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = running.key, running.url
    settings.STRIPE_WEBHOOK_SECRETS, settings.STRIPE_PAY_ORIGIN = [running.webhook_secret], running.url
    settings.CMI_CLIENT_ID, settings.CMI_STORE_KEY, settings.CMI_PAGE = "600", "a store key", running.cmi_url
    return running


def post(body: bytes, signature: str, **options) -> int:
    answer = Client().post(
        STRIPE_URL, data=body, content_type="application/json", headers={"Stripe-Signature": signature}, **options
    )
    return answer.status_code


def test_what_the_provider_tells_is_kept_once_and_answered_at_once(provider):
    attempt = begun(a_card_order())
    provider.pay(attempt.key, GOOD)
    letters = provider.callbacks.take()
    provider.fail_next("*", times=100, status=500)  # to answer it, nobody is asked
    assert [post(*letter) for letter in letters * 3] == [200] * 3 * len(letters)
    assert PaymentEvent.objects.count() == len(letters) >= 3
    provider.healthy()
    PaymentEvent.objects.update(next_try_at=attempt.started_at, tries=0)
    from django.core.cache import cache

    cache.clear()
    apply_due()
    attempt.refresh_from_db()
    assert attempt.status == AttemptStatus.PAID
    sound()


@pytest.mark.parametrize("fault", ["stale", "another key", "another body", "no signature", "real money"])
def test_what_is_forged_or_foreign_is_refused_and_nothing_is_kept(provider, fault):
    attempt = begun(a_card_order())
    provider.pay(attempt.key, GOOD)
    body, signature = provider.callbacks.take()[0]
    if fault == "stale":
        signature = provider.callbacks.sign(body, int(time.time()) - 301)
    elif fault == "another key":
        signature = signature[:-1] + ("0" if signature[-1] != "0" else "1")
    elif fault == "another body":
        body = body.replace(b"evt_", b"evt_x", 1) if isinstance(body, bytes) else body.replace("evt_", "evt_x", 1)
    elif fault == "no signature":
        signature = ""
    else:
        told = json.loads(body) | {"livemode": True}
        body = json.dumps(told).encode()
        signature = provider.callbacks.sign(body)
    assert post(body, signature) == 400
    assert not PaymentEvent.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"9" * 6000, b'{"data": 1}'])
def test_what_is_signed_and_no_event_is_refused(provider, body):
    assert post(body, provider.callbacks.sign(body)) == 400
    assert not PaymentEvent.objects.exists()


def test_what_is_too_large_is_not_even_read(provider):
    assert post(b"x" * 300_000, "t=1,v1=0") == 413
    assert post(b"{}", "t=1,v1=0", CONTENT_LENGTH="nonsense") in (400, 413)


@pytest.mark.parametrize("address", [STRIPE_URL, CMI_URL])
def test_only_posts_are_taken_and_only_where_there_is_a_contract(provider, settings, address):
    assert Client().get(address).status_code == 405
    settings.STRIPE_SECRET_KEY = settings.CMI_CLIENT_ID = ""
    assert Client().post(address).status_code == 404


def test_an_event_of_another_shop_or_of_no_known_kind_is_kept_and_changes_nothing(provider):
    attempt = begun(a_card_order())
    event = {
        "id": "evt_foreign", "object": "event", "type": "invoice.sent", "created": 1, "livemode": False,
        "data": {"object": {"id": "cs_of_another", "object": "checkout.session", "client_reference_id": attempt.key}},
    }  # fmt: skip
    body = json.dumps(event).encode()
    assert post(body, provider.callbacks.sign(body)) == 200
    apply_due()
    kept = PaymentEvent.objects.get()
    assert kept.is_foreign and kept.done_at
    attempt.refresh_from_db()
    assert attempt.status == AttemptStatus.OPEN


# -- CMI ---------------------------------------------------------------------------------------------------------------


def a_callback(attempt: PaymentAttempt, code: str = "00", **changes) -> dict[str, str]:
    fields = {
        "clientid": "600", "oid": attempt.key, "amount": f"{attempt.charged:.2f}", "currency": "504", "TransId": f"T{attempt.pk}",
        "ProcReturnCode": code, "Response": "Approved" if code == "00" else "Declined", **changes,
    }  # fmt: skip
    return {**fields, "HASH": hash_ver3(fields, "a store key")}


def call(fields: dict[str, str]) -> str:
    return Client().post(CMI_URL, fields).content.decode()


@pytest.fixture
def order(provider) -> Order:
    return a_card_order(LotFactory(quantity=2), method=CMI)


@pytest.fixture
def attempt(order) -> PaymentAttempt:
    return begun(order)


def test_an_acceptance_is_captured_however_often_it_is_told(order, attempt):
    assert [call(a_callback(attempt)) for _again in range(3)] == ["ACTION=POSTAUTH"] * 3
    assert order.parts.get().status == PartStatus.CONFIRMED
    assert PaymentEvent.objects.count() == 1
    sound()


def test_several_refusals_may_come_before_the_acceptance(order, attempt):
    assert [call(a_callback(attempt, code, TransId=code)) for code in ("05", "51", "05")] == ["APPROVED"] * 3
    assert order.parts.get().status == PartStatus.PLACED
    assert call(a_callback(attempt)) == "ACTION=POSTAUTH"
    assert call(a_callback(attempt, "51", TransId="late")) == "APPROVED"
    attempt.refresh_from_db()
    assert attempt.status == AttemptStatus.PAID
    sound()


@pytest.mark.parametrize(
    "changes",
    [{"amount": "2.05"}, {"currency": "978"}, {"amount": "nonsense"}, {"oid": "TW-0000000-1"}, {"oid": "x" * 500}],
)
def test_another_amount_currency_or_order_is_not_captured(order, attempt, changes):
    assert call(a_callback(attempt, **changes)) == "FAILURE"
    attempt.refresh_from_db()
    assert attempt.status == AttemptStatus.OPEN and order.parts.get().status == PartStatus.PLACED
    assert not MoneyTask.objects.exists()
    sound()


def test_what_is_not_signed_is_not_captured(order, attempt):
    assert call({**a_callback(attempt), "amount": "1.00"}) == "FAILURE"
    assert call({**a_callback(attempt), "HASH": "x"}) == "FAILURE"
    assert call({}) == "FAILURE"
    assert not PaymentEvent.objects.exists()


def test_late_money_is_captured_if_the_jars_are_there(order, attempt):
    lapse_unconfirmed(long_after(attempt))
    assert call(a_callback(attempt)) == "ACTION=POSTAUTH"
    assert order.parts.get().status == PartStatus.CONFIRMED
    sound()


def test_late_money_for_what_is_sold_out_is_never_taken(order, attempt):
    variant = order.parts.get().lines.get().variant
    lapse_unconfirmed(long_after(attempt))
    place(CartFactory(lines=[(variant, 2)]))
    assert [call(a_callback(attempt)) for _again in range(2)] == ["APPROVED"] * 2
    assert order.parts.get().status == PartStatus.CANCELED
    assert not MoneyTask.objects.exists()
    sound()


def test_who_paid_already_is_not_charged_a_second_time(order, attempt):
    call(a_callback(attempt, "51", TransId="no"))
    second = begun(order)
    assert call(a_callback(second)) == "ACTION=POSTAUTH"
    assert call(a_callback(attempt)) == "APPROVED"
    assert not MoneyTask.objects.exists()
    sound()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"oid=x&a=%26%23" + b"9" * 5000 + b"%3B", FORM), (b"oid=x&a" + b"9" * 5000 + b"=1", FORM),
        (b"&".join(b"f%d=1" % n for n in range(1500)), FORM), (b"oid=%00&HASH=%ff%fe", FORM), (b"oid=x&oid=y&HASH=", FORM),
        (b"oid=x", FORM + "; charset=utf-99"), (b"oid=x", FORM + "; charset=utf-16"), (b"--b\r\n\r\n", "multipart/form-data"),
        (b"oid=x", "multipart/form-data; boundary=b"),
        (b'{"oid": "x"}', "application/json"), (b"oid=x", ""),
    ],
    ids=lambda value: repr(value[:20]),
)  # fmt: skip
def test_what_no_provider_would_send_to_cmis_address_is_refused(provider, body, kind):
    answer = Client(raise_request_exception=False).generic("POST", CMI_URL, body, content_type=kind)
    assert answer.status_code in (200, 400) and b"APPROVED" not in answer.content and b"POSTAUTH" not in answer.content
    assert not PaymentEvent.objects.exists()


def test_a_body_of_unknown_length_is_not_read(provider):
    for address in (STRIPE_URL, CMI_URL):
        answer = Client().generic("POST", address, b"", headers={"Transfer-Encoding": "chunked"}, CONTENT_LENGTH="")
        assert answer.status_code in (200, 400)
    assert not PaymentEvent.objects.exists()


@pytest.mark.parametrize("is_awkward", [False, True])
def test_from_cmis_page_to_the_books_with_entities_and_line_breaks(provider, settings, monkeypatch, is_awkward):
    settings.CMI_CLIENT_ID, settings.CMI_STORE_KEY = provider.cmi_client_id, provider.cmi_store_key

    def post_here(url, body, headers):
        answer = Client().post(CMI_URL, data=body, content_type=headers["Content-Type"])
        return answer.status_code, answer.content.decode()

    monkeypatch.setattr(provider.cmi, "post", post_here)
    monkeypatch.setattr(provider.cmi, "awkward", is_awkward)
    settings.SITE_URL = "http://127.0.0.1"
    order = a_card_order(LotFactory(), method=CMI, contact=a_contact(name="Aït & <Fils> 'l’Atlas' |\\"))
    to = start_card(order).to
    token = provider.cmi_open(to.fields)
    assert provider.cmi_refuse(token) == "APPROVED"
    assert provider.cmi_pay(token) == "ACTION=POSTAUTH"
    assert provider.cmi_call_again(token) == "ACTION=POSTAUTH"
    assert provider.cmi_visits()[0]["status"] == "captured"
    assert order.parts.get().status == PartStatus.CONFIRMED
    sound()


def test_the_form_goes_to_cmi_with_a_button_and_without_a_script(client, provider):
    order = a_card_order(method=CMI)
    page = client.post(reverse("order_pay", args=[order.token]), {"payment": "cmi"})
    text = page.content.decode()
    assert page.status_code == 200 and f'action="{provider.cmi_url}"' in text and "<button" in text
    assert provider.url in page.headers["Content-Security-Policy"]
    assert PaymentAttempt.objects.get().key in text
