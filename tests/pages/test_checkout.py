import re
from types import SimpleNamespace

import pytest
from django.core import mail
from django.db import OperationalError, transaction
from django.test import Client

from catalog.models import Lot, Reservation
from store.checkout import views
from store.flows import mails
from store.flows.invariants import check_invariants
from store.models import CooperativeOrder, Order, OutboxMessage
from tests.factories import a_legal_text
from tests.factories.catalog import LotFactory
from tests.factories.store import a_commune

CHECKOUT = "/fr/commande/"


@pytest.fixture
def two_lots(visitor, put_in_cart):
    """A cart with a product of each of two cooperatives, in a shop with terms of sale."""
    a_legal_text()
    lots = [LotFactory(quantity=5), LotFactory(quantity=5)]
    for lot in lots:
        put_in_cart(lot.variant, 2)
    return lots


def answers(visitor, **changes) -> dict:
    """The form as a buyer fills it in, with the summary that the page shows for their commune."""
    fields = {
        "name": "Salma Berrada", "phone": "0612 34 56 78", "email": "salma@example.org", "commune": a_commune().code,
        "street": "12, rue des Oliviers", "landmark": "", "postcode": "", "note": "", "terms": "on", **changes,
    }  # fmt: skip
    page = visitor.post(CHECKOUT, {**fields, "action": "update"}).context
    terms = page["form"].accepted_terms
    seen = {"accepted": page["summary"].accepted(), "terms_seen": terms.pk if terms else ""}
    return {**fields, **seen, "action": "order", **changes}


def test_a_stranger_buys_from_two_cooperatives_and_each_has_its_part(
    visitor, two_lots, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = visitor.post(CHECKOUT, answers(visitor))
    order = Order.objects.get()
    assert answer.status_code == 303 and answer.headers["Location"] == f"/fr/commande/{order.token}/merci/"
    assert [part.cooperative for part in order.parts.all()] == [lot.cooperative for lot in two_lots]
    assert [lot.reserved for lot in Lot.objects.order_by("pk")] == [2, 2]
    assert (str(order.phone), order.language) == ("+212612345678", "fr")
    assert check_invariants() == []
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        ["salma@example.org", "staff@twiza.example", *(lot.cooperative.email for lot in two_lots)]
    )
    for lot in two_lots:
        [message] = [message for message in mail.outbox if message.to == [lot.cooperative.email]]
        [other] = [foreign for foreign in two_lots if foreign != lot]
        assert lot.variant.product.name in message.body
        assert other.variant.product.name not in message.body
    assert visitor.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        "0612345678",
        "+212 6 12 34 56 78",
        "00212612345678",
        "06.12.34.56.78",
        "٠٦١٢٣٤٥٦٧٨",
        "0612-345-678",
        " 06 12 34 56 78 ",
    ],
)
def test_a_moroccan_number_is_understood_however_it_is_written(visitor, two_lots, typed):
    visitor.post(CHECKOUT, answers(visitor, phone=typed))
    assert str(Order.objects.get().phone) == "+212612345678"


NUL = "\0"
HOSTILE = [
    "",
    " ",
    NUL,
    f"a{NUL}b",
    "x" * 10_000,
    "<script>alert(1)</script>" * 20,
    "\u202e" * 200,
    "'; DROP TABLE store_order; --" * 20,
]


@pytest.mark.parametrize(
    "field", ["name", "phone", "email", "street", "landmark", "postcode", "note", "commune", "commune_text", "terms"]
)
def test_no_hostile_value_breaks_the_checkout(visitor, two_lots, field):
    form = answers(visitor)
    for value in HOSTILE:
        with transaction.atomic():
            answer = visitor.post(CHECKOUT, form | {field: value})
            assert answer.status_code in (303, 409, 422), value
            is_ordered = answer.status_code == 303
            assert Order.objects.count() == is_ordered, value
            assert Reservation.objects.exists() == is_ordered, value
            assert not is_ordered or check_invariants() == [], value
            transaction.set_rollback(is_ordered)  # the cart is full again for the next value
    assert check_invariants() == []  # what was refused left nothing


@pytest.mark.parametrize("phone", ["06123", "0512", "+3361234", "hello", "0" * 40, "+212" * 20])
def test_a_number_that_is_none_is_refused_and_the_rest_is_kept(visitor, two_lots, phone):
    answer = visitor.post(CHECKOUT, answers(visitor, phone=phone))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["phone"]
    assert 'value="Salma Berrada"' in answer.content.decode()
    assert not Order.objects.exists()


def test_who_lives_abroad_orders_with_a_number_from_there_and_finds_the_card_first(visitor, two_lots, settings):
    settings.STRIPE_SECRET_KEY = "a key"
    here = visitor.post(CHECKOUT, {**answers(visitor), "action": "update"}).content.decode()
    abroad = visitor.post(
        CHECKOUT, {**answers(visitor, phone="+33 6 12 34 56 78"), "action": "update"}
    ).content.decode()
    assert here.index('value="cash"') < here.index('value="stripe"')
    assert abroad.index('value="stripe"') < abroad.index('value="cash"')
    visitor.post(CHECKOUT, answers(visitor, phone="+33 6 12 34 56 78"))
    assert str(Order.objects.get().phone) == "+33612345678"


@pytest.mark.parametrize("accepted", ["", "v", "v1x1@", "d3:courier@x", NUL, "v١x١@١", "x" * 9000])
def test_nonsense_instead_of_the_accepted_summary_orders_nothing(visitor, two_lots, accepted):
    answer = visitor.post(CHECKOUT, answers(visitor, accepted=accepted))
    assert answer.status_code == 409
    assert not Order.objects.exists()


def test_a_price_that_moved_is_said_and_nothing_is_ordered_until_it_is_accepted(visitor, two_lots):
    form = answers(visitor)
    variant = two_lots[0].variant
    variant.price = 99
    variant.save()
    answer = visitor.post(CHECKOUT, form)
    [change] = answer.context["changes"]
    assert (answer.status_code, change.was, change.now) == (409, 85, 99)
    assert "85,00" in answer.content.decode() and "99,00" in answer.content.decode()
    assert not Order.objects.exists() and not Reservation.objects.exists()
    assert visitor.post(CHECKOUT, answers(visitor)).status_code == 303


def test_a_delivery_that_moved_is_said(visitor, two_lots):
    form = answers(visitor)
    parts = visitor.post(CHECKOUT, {**form, "action": "update"}).context["summary"].parts
    form[f"delivery_{parts[0].cooperative.pk}"] = "pickup"
    answer = visitor.post(CHECKOUT, form)
    assert [(change.was, change.now) for change in answer.context["changes"]] == [(35, 0)]


def test_stock_that_went_meanwhile_is_said_with_what_is_left(visitor, two_lots):
    form = answers(visitor)
    Lot.objects.filter(pk=two_lots[0].pk).update(reserved=4)
    answer = visitor.post(CHECKOUT, form)
    assert [(short.wanted, short.left) for short in answer.context["shortage"]] == [(2, 1)]
    assert answer.status_code == 409 and not Order.objects.exists()


def test_posting_twice_going_back_and_two_tabs_give_one_order(visitor, two_lots):
    form = answers(visitor)
    first, second = visitor.post(CHECKOUT, form), visitor.post(CHECKOUT, form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Order.objects.count() == 1
    assert visitor.get(CHECKOUT).headers["Location"] == first.headers["Location"]


def test_an_empty_cart_cannot_be_ordered(visitor):
    assert visitor.post(CHECKOUT, {"action": "order"}).headers["Location"] == "/fr/panier/"


def test_picking_everything_up_needs_no_address(visitor, two_lots):
    form = answers(visitor)
    for lot in two_lots:
        form[f"delivery_{lot.cooperative.pk}"] = "pickup"
    form |= {"commune": "", "street": ""}
    page = visitor.post(CHECKOUT, {**form, "action": "update"})
    form["accepted"] = page.context["summary"].accepted()
    assert visitor.post(CHECKOUT, form).status_code == 303
    assert Order.objects.get().total == sum(lot.variant.price * 2 for lot in two_lots)


def test_counting_again_orders_nothing_and_finds_no_fault_with_empty_fields(visitor, two_lots):
    page = visitor.post(CHECKOUT, {"action": "update", "commune_text": "", "note": "merci"})
    assert (page.status_code, page.context["form"].errors) == (200, {})
    assert "merci" in page.content.decode() and not Order.objects.exists()


def test_a_fourth_order_to_confirm_with_the_same_number_is_refused(visitor, put_in_cart):
    for _ in range(3):
        put_in_cart(LotFactory().variant)
        assert visitor.post(CHECKOUT, answers(visitor)).status_code == 303
    put_in_cart(LotFactory().variant)
    answer = visitor.post(CHECKOUT, answers(visitor))
    assert (answer.status_code, list(answer.context["form"].errors)) == (409, ["phone"])
    assert Order.objects.count() == 3


def test_one_address_cannot_order_without_end(visitor, put_in_cart, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "checkout": (1, 3600)}
    put_in_cart(LotFactory().variant)
    assert visitor.post(CHECKOUT, answers(visitor)).status_code == 303
    put_in_cart(LotFactory().variant)
    assert visitor.post(CHECKOUT, answers(visitor, phone="0612345679")).status_code == 429
    assert Order.objects.count() == 1


def test_a_cross_site_post_orders_nothing(visitor, two_lots):
    form = answers(visitor)
    hostile = Client(enforce_csrf_checks=True, headers={"origin": "http://evil.example"})
    hostile.cookies = visitor.cookies
    assert hostile.post(CHECKOUT, form).status_code == 403
    assert not Order.objects.exists()


def test_a_locked_database_gives_a_page_that_says_so(visitor, two_lots, monkeypatch):
    def locked(**kwargs):
        raise OperationalError("database is locked")

    form = answers(visitor)
    monkeypatch.setattr(views, "place_order", locked)
    answer = visitor.post(CHECKOUT, form)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    monkeypatch.undo()
    assert visitor.post(CHECKOUT, form).status_code == 303


def test_a_dead_mail_server_does_not_keep_anybody_from_ordering(
    visitor, two_lots, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    form = answers(visitor)
    with django_capture_on_commit_callbacks(execute=True):
        assert visitor.post(CHECKOUT, form).status_code == 303
    assert Order.objects.count() == 1


def test_an_order_stands_when_the_worker_cannot_be_told_of_its_mails(
    visitor, two_lots, monkeypatch, django_capture_on_commit_callbacks
):
    def full():
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(mails, "deliver_mails", SimpleNamespace(enqueue=full))
    form = answers(visitor)
    with django_capture_on_commit_callbacks(execute=True):
        assert visitor.post(CHECKOUT, form).status_code == 303
    assert OutboxMessage.objects.filter(sent_at=None).count() == 4


# -- The order's own page ----------------------------------------------------------------------------------------------


@pytest.fixture
def order(visitor, two_lots):
    visitor.post(CHECKOUT, answers(visitor))
    return Order.objects.get()


def test_whoever_knows_the_link_sees_the_order_and_nobody_else(order, client):
    assert client.get(f"/fr/commande/{order.token}/").status_code == 200
    for token in ("x" * 22, order.token[:-1], order.token + "x", order.number, "0"):
        assert client.get(f"/fr/commande/{token}/").status_code == 404


def test_the_order_page_is_never_kept_by_a_cache(order, client):
    assert "no-store" in client.get(f"/fr/commande/{order.token}/").headers["Cache-Control"]


def test_the_buyer_cancels_one_part_and_the_other_stays(order, client):
    kept, canceled = order.parts.all()
    address = f"/fr/commande/{order.token}/annuler/{canceled.pk}/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "changed_mind"}).status_code == 303
    assert [part.status for part in CooperativeOrder.objects.order_by("pk")] == ["placed", "canceled"]
    assert sorted(Lot.objects.values_list("reserved", flat=True)) == [0, 2]
    page = client.get(f"/fr/commande/{order.token}/")
    assert page.context["to_pay"] == kept.total
    assert check_invariants() == []


def test_a_part_of_another_order_cannot_be_canceled_through_mine(order, visitor, put_in_cart, client):
    put_in_cart(LotFactory().variant)
    visitor.post(CHECKOUT, answers(visitor))
    theirs = CooperativeOrder.objects.exclude(order=order).get()
    assert client.post(f"/fr/commande/{order.token}/annuler/{theirs.pk}/", {"reason": "other"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.status == "placed"


def test_a_packed_part_can_no_longer_be_canceled_by_its_buyer(order, client):
    part = order.parts.first()
    CooperativeOrder.objects.filter(pk=part.pk).update(status="packed")
    address = f"/fr/commande/{order.token}/annuler/{part.pk}/"
    assert client.post(address, {"reason": "changed_mind"}).status_code == 303
    part.refresh_from_db()
    assert part.status == "packed"


def test_the_whatsapp_link_carries_the_question(order, client):
    page = client.get(f"/fr/commande/{order.token}/").content.decode()
    assert re.search(rf"https://wa\.me/212535123456\?text=[^\"]*{order.number}", page)
