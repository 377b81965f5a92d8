"""What Stripe would not take is not taken here; what it does once is done once."""

import threading
import time

import pytest
import stripe

from .conftest import asked, client
from .running import LocalProvider


@pytest.mark.parametrize(
    ("changes", "words", "param"),
    [
        ({"order_number": "TW-1042"}, "unknown parameter", "order_number"),
        ({"payment_intent_data": {"order": "1"}}, "unknown parameter", "payment_intent_data[order]"),
        ({"payment_method_types": ["card"]}, "allowed_payment_method_types", "payment_method_types"),
        ({"expires_at": int(time.time()) + 29 * 60}, "at least 30 minutes", "expires_at"),
        ({"expires_at": int(time.time()) + 25 * 3600}, "less than 24 hours", "expires_at"),
        ({"locale": "ar"}, "Invalid locale", "locale"),
        ({"success_url": "javascript:alert(1)"}, "Not a valid URL", "success_url"),
        ({"line_items": []}, "Missing required param", "line_items"),
        ({"metadata": {"order": "x" * 501}}, "500 characters", "metadata"),
    ],
)
def test_a_session_that_stripe_would_refuse_is_refused(provider, shop, changes, words, param):
    with pytest.raises(stripe.InvalidRequestError, match=words) as refused:
        shop.v1.checkout.sessions.create(asked(**changes))
    assert (refused.value.http_status, refused.value.param) == (400, param)
    assert provider.objects() == []


@pytest.mark.parametrize("key", ["sk_test_another", "sk_live_of_a_real_shop", "x"])
def test_another_key_opens_nothing(provider, key):
    with pytest.raises(stripe.AuthenticationError) as refused:
        client(provider, key).v1.events.list()
    assert refused.value.http_status == 401 and (len(key) < 21 or key not in str(refused.value))


def test_a_real_key_is_not_even_configured():
    with pytest.raises(ValueError, match="sk_test_"):
        LocalProvider(key="sk_live_0123456789")


def test_what_does_not_exist_is_missing(shop):
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent: 'pi_1'") as refused:
        shop.v1.payment_intents.retrieve("pi_1")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


# -- The same key ------------------------------------------------------------------------------------------------------


def test_the_same_key_gives_the_same_session_and_other_wishes_with_it_an_error(provider, shop):
    params = asked()
    first = shop.v1.checkout.sessions.create(params, {"idempotency_key": "TW-1042-1"})
    again = shop.v1.checkout.sessions.create(params, {"idempotency_key": "TW-1042-1"})

    assert again.id == first.id and again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        shop.v1.checkout.sessions.create(asked(locale="en"), {"idempotency_key": "TW-1042-1"})
    assert len(provider.objects("checkout.session")) == 1


def test_what_was_refused_at_the_door_is_not_kept_under_its_key(provider, shop):
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.checkout.sessions.create(asked(locale="ar"), {"idempotency_key": "a"})
    assert shop.v1.checkout.sessions.create(asked(), {"idempotency_key": "a"}).id


def test_two_at_once_with_one_key_are_told_so(provider, shop, session):
    provider.pay()
    wanted = {"payment_intent": provider.session()["payment_intent"], "amount": 100}
    provider.fail_next("refunds.create", hang=0.4)
    first = threading.Thread(target=shop.v1.refunds.create, args=(wanted, {"idempotency_key": "R-1"}))
    first.start()
    while not provider.api.in_progress:
        time.sleep(0.01)

    with pytest.raises(stripe.APIError) as refused:
        client(provider, max_network_retries=0).v1.refunds.create(wanted, {"idempotency_key": "R-1"})
    first.join()

    assert (refused.value.http_status, refused.value.json_body["error"]["code"]) == (409, "idempotency_key_in_use")
    assert len(provider.objects("refund")) == 1


@pytest.mark.parametrize("how", [{"hang": 0.6}, {"status": 500}, {"reset": True}, {"garbage": True}, {"status": 503}])
def test_what_broke_after_the_work_is_not_done_again_with_its_key(provider, session, how):
    provider.pay()
    http = stripe.RequestsClient(timeout=0.3)
    shop = client(provider, max_network_retries=0, http_client=http)
    wanted = {"payment_intent": provider.session()["payment_intent"], "amount": 100}
    provider.fail_next("refunds.*", after=True, **how)

    with pytest.raises(stripe.StripeError):
        shop.v1.refunds.create(wanted, {"idempotency_key": "R-1"})
    refund = shop.v1.refunds.create(wanted, {"idempotency_key": "R-1"})

    assert [each["id"] for each in provider.objects("refund")] == [refund.id]
    # The control: without a key it is done twice.
    shop.v1.refunds.create(wanted)
    assert len(provider.objects("refund")) == 2


def test_an_answer_of_500_that_stripe_keeps_is_given_again(provider, session):
    provider.pay()
    shop = client(provider, max_network_retries=0)
    wanted = {"payment_intent": provider.session()["payment_intent"], "amount": 100}
    provider.fail_next("refunds.create", status=500, after=True, kept=True)

    for _ in range(2):
        with pytest.raises(stripe.APIError):
            shop.v1.refunds.create(wanted, {"idempotency_key": "R-1"})
    assert len(provider.objects("refund")) == 1


def test_what_fails_before_the_work_has_done_nothing(provider, session):
    shop = client(provider, max_network_retries=0)
    provider.fail_next("sessions.create", times=2, status=429)

    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            shop.v1.checkout.sessions.create(asked(), {"idempotency_key": "b"})
    assert len(provider.objects("checkout.session")) == 1
    assert shop.v1.checkout.sessions.create(asked(), {"idempotency_key": "b"}).id
