"""Money that came by transfer and is not needed: the buyer says where it goes, staff send it there."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from store.flows.cancel_part import cancel_part
from store.flows.give_surplus_back import AccountChanged, BadRib, give_surplus_back, send_surplus_to
from store.flows.invariants import check_invariants
from store.flows.tick import tick
from store.models import MoneyTask
from store.orders.reasons import CancelReason
from store.statuses import Actor
from tests.factories import LotFactory, a_person, a_rib, a_transfer, money_comes

from .admin_people import staff

pytestmark = pytest.mark.django_db


def refund_page(order) -> str:
    return f"/en/commande/{order.token}/remboursement/"


def paid_too_much():
    order = a_transfer()
    money_comes(order.number, "300,00", by=a_person("amal"))
    return order


def test_a_buyer_says_from_the_order_where_what_came_too_much_goes():
    order, buyer, rib = paid_too_much(), Client(), a_rib()
    page = buyer.get(f"/en/commande/{order.token}/").content.decode()
    assert "Say to which account they go back" in page and refund_page(order) in page

    page = buyer.get(refund_page(order)).content.decode()
    assert "Came by transfer, and is not needed" in page and "95.00" in page
    buyer.post(refund_page(order), {"rib": rib})

    assert MoneyTask.objects.get().rib == rib
    page = buyer.get(refund_page(order)).content.decode()
    assert f"<bdi>{rib[-4:]}</bdi>" in page and rib not in page.replace(" ", "")


def test_an_account_with_a_wrong_key_is_refused_and_nothing_is_written():
    order, rib = paid_too_much(), a_rib()
    wrong = rib[:-1] + str((int(rib[-1]) + 1) % 10)

    assert Client().post(refund_page(order), {"rib": wrong}).status_code == 422
    with pytest.raises(BadRib):
        send_surplus_to(MoneyTask.objects.all(), wrong)

    assert MoneyTask.objects.get().rib == ""


def test_one_account_is_for_a_canceled_part_and_for_what_was_too_much_alike():
    order, rib = a_transfer(LotFactory(), LotFactory()), a_rib()
    money_comes(order.number, "500,00")
    part = order.parts.first()
    cancel_part(part, reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)

    Client().post(refund_page(order), {"rib": rib})

    assert part.refunds.get().rib == rib
    assert [task.rib for task in MoneyTask.objects.order_by("pk")] == [rib, ""]  # the part's goes as its refund


def test_too_little_waits_for_the_rest_and_is_the_buyers_again_once_the_order_lapsed():
    order = a_transfer(now=timezone.now() - timedelta(days=20))
    money_comes(order.number, "100,00")
    address = f"/en/commande/{order.token}/"
    assert "more than this order needs" not in Client().get(address).content.decode()

    tick()

    page = Client().get(address).content.decode()
    assert "100.00" in page and "more than this order needs" in page
    Client().post(refund_page(order), {"rib": a_rib()})
    assert MoneyTask.objects.get().rib
    assert check_invariants() == []


def test_staff_see_the_account_and_are_stopped_where_it_changed_meanwhile():
    order, rib, other = paid_too_much(), a_rib(), a_rib(7)
    task, browser = MoneyTask.objects.get(), staff()
    send_surplus_to([task], rib)
    task.refresh_from_db()
    page = browser.get(reverse("money-tasks:inspect", args=[task.pk])).content.decode()
    assert rib[-4:-2] in page and "Account of the buyer" in page
    give_back = reverse("money-tasks:give_back", args=[task.pk])
    shown = browser.get(give_back).context["form"]["seen"].value()

    Client().post(refund_page(order), {"rib": other})
    page = browser.post(give_back, {"seen": shown, "reference": "VIR 7"}).content.decode()
    assert "has given another account meanwhile" in page and MoneyTask.objects.get().done_at is None

    shown = browser.get(give_back).context["form"]["seen"].value()
    browser.post(give_back, {"seen": shown, "reference": "VIR 7"})
    assert MoneyTask.objects.get().reference == "VIR 7"
    assert check_invariants() == []


def test_what_has_gone_back_goes_nowhere_else():
    order = paid_too_much()
    task = MoneyTask.objects.get()
    give_surplus_back(task, reference="VIR 7", by=a_person("amal"))

    Client().post(refund_page(order), {"rib": a_rib()})

    assert MoneyTask.objects.get().rib == ""
    with pytest.raises(AccountChanged):
        give_surplus_back(task, reference="VIR 8", by=a_person("amal"), seen="1" * 24)


def test_the_account_is_forgotten_some_days_after_the_money_went(settings):
    paid_too_much()
    task = MoneyTask.objects.get()
    send_surplus_to([task], a_rib())
    give_surplus_back(task, reference="VIR 7", by=a_person("amal"))

    tick(timezone.now() + timedelta(days=settings.RIB_DAYS - 1))
    assert MoneyTask.objects.get().rib

    tick(timezone.now() + timedelta(days=settings.RIB_DAYS))
    assert MoneyTask.objects.get().rib == ""
