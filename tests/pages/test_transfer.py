"""A buyer chooses the bank transfer, and finds how to pay on the page of the order."""

import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client

from catalog.stock import actions as stock
from store.flows.cancel_part import cancel_part
from store.flows.give_surplus_back import give_surplus_back
from store.models import DeliveryZone, MoneyTask, Order
from store.orders.reasons import CancelReason
from store.payments import qr
from store.statuses import Actor, PartStatus
from tests.factories import LotFactory, a_part, a_person, a_transfer, money_comes
from tests.store.flows.banking import a_lapsed_transfer

from .admin_people import queries_of
from .test_checkout import CHECKOUT, answers, two_lots  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db


def page_of(order) -> str:
    return Client().get(f"/en/commande/{order.token}/").content.decode()


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_buyer_chooses_the_transfer_and_is_told_how_to_pay(visitor, two_lots):  # noqa: F811
    page = visitor.get(CHECKOUT).content.decode()
    assert 'value="cash" checked' in page and 'value="transfer"' in page

    answer = visitor.post(CHECKOUT, answers(visitor, payment="transfer"), follow=True)

    order = Order.objects.get()
    assert order.payments.get().method == "transfer"
    told = text(answer.content.decode())
    assert "999 480 0000 2026 1126 0001 43" in told and order.number in told and "410,00" in told


def test_what_was_chosen_stays_chosen_while_the_total_is_counted_again(visitor, two_lots):  # noqa: F811
    page = visitor.post(CHECKOUT, {**answers(visitor, payment="transfer"), "action": "update"}).content.decode()
    assert 'value="transfer" checked' in page


def test_who_chooses_nothing_pays_in_cash(visitor, two_lots):  # noqa: F811
    visitor.post(CHECKOUT, answers(visitor))
    assert {payment.method for payment in Order.objects.get().payments.all()} == {"cash"}


@pytest.mark.parametrize("payment", ["card", "\0", "x" * 5000, "<script>"])
def test_a_way_to_pay_that_does_not_exist_orders_nothing(visitor, two_lots, payment):  # noqa: F811
    answer = visitor.post(CHECKOUT, answers(visitor) | {"payment": payment})
    assert answer.status_code == 422 and list(answer.context["form"].errors) == ["payment"]
    assert 'value="Salma Berrada"' in answer.content.decode()


def test_a_shop_without_a_rib_shows_no_choice(visitor, two_lots, settings):  # noqa: F811
    settings.BANK_RIB = ""
    page = visitor.get(CHECKOUT).content.decode()
    assert 'type="radio" name="payment"' not in page
    assert visitor.post(CHECKOUT, answers(visitor, payment="transfer")).status_code == 409
    assert not Order.objects.exists()


def test_above_the_ceiling_of_the_zone_only_the_transfer_is_offered(visitor, two_lots):  # noqa: F811
    DeliveryZone.objects.update(cash_ceiling=Decimal("409.99"))
    form = answers(visitor, payment="cash")

    page = text(visitor.post(CHECKOUT, {**form, "action": "update"}).content.decode())
    assert "Bank transfer" in page or "Virement" in page
    assert "409,99" in page and "Cash on delivery" not in page
    refused = visitor.post(CHECKOUT, form)
    assert (refused.status_code, list(refused.context["form"].errors)) == (409, ["payment"])
    assert visitor.post(CHECKOUT, form | {"payment": "transfer"}).status_code == 303


def test_above_the_ceiling_of_a_shop_without_transfer_nothing_can_be_ordered_and_it_is_said(
    visitor,
    two_lots,  # noqa: F811
    settings,
):
    settings.BANK_RIB = ""
    DeliveryZone.objects.update(cash_ceiling=Decimal("409.99"))
    form = answers(visitor)

    assert "409,99" in text(visitor.post(CHECKOUT, {**form, "action": "update"}).content.decode())
    assert visitor.post(CHECKOUT, form).status_code == 409
    assert not Order.objects.exists()


def test_the_page_of_an_order_says_what_is_to_be_sent_until_it_came():
    order = a_transfer()
    assert "205.00" in text(page_of(order)) and "Waiting for the transfer" in page_of(order)
    assert "To be confirmed by phone" not in page_of(order)

    money_comes(order.number, "200,00")
    assert "5.00" in text(page_of(order)) and "200.00" in text(page_of(order))

    money_comes(order.number, "5,00")
    page = page_of(order)
    assert "Paid by bank transfer" in page and "RIB" not in page


def test_the_page_of_an_order_that_nobody_paid_asks_for_nothing_more():
    order = a_transfer()
    order.parts.update(status="canceled")
    order.payments.update(status="expired")

    page = page_of(order)

    assert "No transfer is expected any more" in page and "999 480" not in page


def test_money_that_came_too_late_is_told_on_the_page_of_the_order_until_it_is_given_back():
    lot = LotFactory(quantity=2)
    order = a_lapsed_transfer(lot)
    a_part(PartStatus.CONFIRMED, lot=lot)
    money_comes(order.number, "205,00")

    page = text(page_of(order))
    assert "205.00 MAD more than this order needs" in page.replace("\xa0", " ") and "is expected any more" not in page

    give_surplus_back(MoneyTask.objects.get(), reference="VIR 7", by=a_person("amal"))
    assert "more than this order needs" not in page_of(order)


def test_what_is_owed_with_a_canceled_part_is_not_told_a_second_time():
    order = a_transfer()
    money_comes(order.number, "205,00")
    cancel_part(order.parts.get(), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)

    page = page_of(order)

    assert "are owed to you" in page and "more than this order needs" not in page


def test_the_page_of_an_order_asks_as_much_with_many_parts_as_with_one():
    client = Client()
    one, many = a_transfer(), a_transfer(*(LotFactory() for _ in range(3)))
    assert queries_of(client, f"/en/commande/{one.token}/") == queries_of(client, f"/en/commande/{many.token}/")


def test_a_part_that_was_paid_is_canceled_with_a_word_on_the_money():
    order = a_transfer()
    money_comes(order.number, "205,00")
    address, client = f"/en/commande/{order.token}/annuler/{order.parts.get().pk}/", Client()

    assert "go back to your bank account" in client.get(address).content.decode()
    page = client.post(address, {"reason": "changed_mind"}, follow=True).content.decode()

    assert "Give your bank account below" in page
    assert stock.Reservation.objects.live().count() == 0


def test_the_code_is_drawn_with_shapes_alone(monkeypatch):
    rows = [[1, 1, 0], [0, 0, 0], [1, 0, 1]]
    asked = []
    made = SimpleNamespace(make=lambda said, **options: asked.append(said) or SimpleNamespace(matrix=rows))
    monkeypatch.setattr(qr, "segno", made)
    order = a_transfer()

    page = page_of(order)

    assert asked == [
        f"999 480 0000 2026 1126 0001 43\nAssociation Twiza\nBanque de la Démonstration\n205.00 MAD\n{order.number}"
    ]
    assert 'd="M4 4h2v1h-2zM4 6h1v1h-1zM6 6h1v1h-1z"' in page and 'viewBox="0 0 11 11"' in page
    assert "style=" not in page
