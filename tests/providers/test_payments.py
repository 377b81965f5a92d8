"""A shop asks the local provider through Stripe's library, a buyer pays: what both see is what Stripe would show."""

import pytest
import stripe

from .conftest import asked

SUCCEEDED = ["payment_intent.succeeded", "charge.succeeded", "checkout.session.completed"]


def test_a_paid_session_says_what_came_and_what_the_provider_kept(provider, shop, session):
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.amount_total, session.currency, session.livemode) == (22500, "mad", False)

    assert provider.pay(session.id) == "paid"

    paid = shop.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction", "line_items"]}
    )
    charge = paid.payment_intent.latest_charge
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert [item.amount_total for item in paid.line_items.data] == [18000, 4500]
    assert paid.payment_intent.metadata.to_dict() == {"order": "TW-1042"}
    assert (charge.amount, charge.amount_refunded, charge.refunded, charge.disputed) == (22500, 0, False, False)
    assert (charge.balance_transaction.fee, charge.balance_transaction.net) == (953, 21547)  # 652.5 up, and 300
    assert provider.event_types() == SUCCEEDED


def test_a_declined_card_leaves_the_session_open_for_another(provider, shop, session):
    assert provider.decline() == "declined"

    intent = shop.v1.payment_intents.retrieve(provider.session()["payment_intent"], {"expand": ["latest_charge"]})
    assert (intent.status, intent.last_payment_error.code) == ("requires_payment_method", "card_declined")
    assert (intent.latest_charge.status, intent.amount_received) == ("failed", 0)
    assert shop.v1.checkout.sessions.retrieve(session.id).status == "open"

    assert provider.pay() == "paid"
    assert provider.session()["payment_intent"] == intent.id
    assert provider.event_types() == ["payment_intent.payment_failed", *SUCCEEDED]


def test_a_bank_that_asks_is_answered_before_anything_is_paid(provider, shop, session):
    assert provider.pay(card="4000002760003184") == "secure"
    assert provider.session()["payment_status"] == "unpaid" and provider.event_types() == []

    assert provider.answer_bank(accepts=False) == "declined"
    assert provider.pay(card="4000002760003184") == "secure"
    assert provider.answer_bank() == "paid"
    assert provider.event_types() == ["payment_intent.payment_failed", *SUCCEEDED]


def test_money_that_takes_days_completes_a_session_that_is_not_paid(provider, shop, session):
    provider.pay_later()
    assert shop.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    provider.come_later()
    assert shop.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"

    other = shop.v1.checkout.sessions.create(asked())
    provider.pay_later()
    provider.come_later(succeeds=False)
    failed = shop.v1.checkout.sessions.retrieve(other.id)
    assert (failed.status, failed.payment_status) == ("complete", "unpaid")
    assert provider.event_types()[-2:] == ["payment_intent.payment_failed", "checkout.session.async_payment_failed"]


def test_refunds_end_where_the_charge_does(provider, shop, session):
    provider.pay()
    intent = provider.session()["payment_intent"]

    part = shop.v1.refunds.create({"payment_intent": intent, "amount": 10000, "metadata": {"refund": "R-1"}})
    assert (part.status, part.amount, part.metadata["refund"]) == ("succeeded", 10000, "R-1")
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount on charge") as refused:
        shop.v1.refunds.create({"payment_intent": intent, "amount": 12501})
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, None, "amount")

    rest = shop.v1.refunds.create({"payment_intent": intent})
    assert rest.amount == 12500
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.v1.refunds.create({"payment_intent": intent, "amount": 1})
    assert refused.value.code == "charge_already_refunded"
    assert [each.id for each in shop.v1.refunds.list({"payment_intent": intent}).data] == [rest.id, part.id]
    assert provider.charge()["refunded"]
    assert provider.event_types()[3:] == ["refund.created", "charge.refunded"] * 2


def test_a_refund_may_wait_and_fail(provider, shop, session):
    provider.pay()
    provider.refund(amount=500, status="pending")
    provider.settle_refund(status="succeeded")
    provider.settle_refund(status="failed")  # banks do that, too

    assert shop.v1.refunds.list().data[0].status == "failed"
    assert provider.charge()["amount_refunded"] == 0
    assert provider.event_types()[5:] == ["refund.updated", "refund.updated", "refund.failed"]


def test_a_dispute_takes_the_money_and_may_bring_it_back(provider, shop, session):
    provider.pay()
    intent = provider.session()["payment_intent"]

    provider.dispute(inquiry=True)
    assert shop.v1.disputes.list({"payment_intent": intent}).data[0].status == "warning_needs_response"
    provider.withdraw()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.v1.refunds.create({"payment_intent": intent, "amount": 1})
    assert refused.value.code == "charge_disputed"
    provider.close_dispute(won=True)

    dispute = shop.v1.disputes.retrieve(provider.newest("dispute")["id"])
    assert (dispute.status, [each.amount for each in dispute.balance_transactions]) == ("won", [-22500, 22500])
    assert provider.event_types()[3:] == [
        f"charge.dispute.{word}" for word in ("created", "updated", "funds_withdrawn", "funds_reinstated", "closed")
    ]


def test_a_session_ends_when_asked_to_or_by_time(provider, shop, session):
    assert shop.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="Only Checkout Sessions with a status in"):
        shop.v1.checkout.sessions.expire(session.id)

    late = shop.v1.checkout.sessions.create(asked())
    provider.advance(3601)
    assert shop.v1.checkout.sessions.retrieve(late.id).status == "expired"
    assert provider.event_types() == ["checkout.session.expired"] * 2


def test_events_are_listed_newest_first_and_page_by_page(provider, shop):
    for _ in range(4):
        shop.v1.checkout.sessions.create(asked())
        provider.pay()
    ids = [event["id"] for event in provider.events()][::-1]

    first = shop.v1.events.list({"limit": 5})
    assert [event.id for event in first.data] == ids[:5] and first.has_more
    assert [event.id for event in first.auto_paging_iter()] == ids
    newer = shop.v1.events.list({"ending_before": ids[-1], "limit": 3})
    assert [event.id for event in newer.data] == ids[-4:-1] and newer.has_more
    assert [event.id for event in newer.auto_paging_iter()] == ids[-2::-1]  # oldest first, as the library does it

    completed = {"types": ["checkout.session.completed"], "created": {"gte": provider.events()[0]["created"]}}
    assert len(shop.v1.events.list(completed).data) == 4
    assert shop.v1.events.list({"created": {"gt": provider.account.now()}}).data == []
    provider.callbacks.take()
    assert shop.v1.events.list({"delivery_success": False}).data == []


def test_an_event_shows_its_object_as_it_was(provider, shop, session):
    provider.pay()
    provider.refund()

    succeeded = next(event for event in provider.events() if event["type"] == "charge.succeeded")
    assert succeeded["data"]["object"]["amount_refunded"] == 0 and provider.charge()["amount_refunded"] == 22500
