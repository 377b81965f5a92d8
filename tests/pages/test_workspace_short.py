"""Somebody says that less can be sent: the form, what they tell the buyer, and what the buyer reads."""

import pytest

from catalog.models import Lot, Role
from store.models import LineChange
from store.statuses import PartStatus
from tests.factories import a_contact, a_part, a_transfer, money_comes

from .members import at_work, space_of

pytestmark = pytest.mark.django_db


def page_of(part, language: str = "fr") -> str:
    return space_of(part.cooperative, f"commandes/{part.pk}/manque/", language)


def sent(part, units, **changes) -> dict:
    return {f"line_{part.lines.get().pk}": str(units), "are_gone": "1", "note": "Un pot cassé", **changes}


@pytest.mark.parametrize("status", [PartStatus.PLACED, PartStatus.CONFIRMED])
def test_whoever_speaks_with_buyers_says_what_can_be_sent_and_has_the_words_for_the_buyer(status, client):
    part = a_part(status, quantity=3, contact=a_contact(language="fr", phone="+212612345678"))
    seller = at_work(part.cooperative, Role.SELLER)
    assert page_of(part) in seller.get(space_of(part.cooperative, f"commandes/{part.pk}/")).content.decode()

    answer = seller.post(page_of(part), sent(part, 2))

    assert answer["location"] == page_of(part)
    page = seller.get(page_of(part)).content.decode()
    assert "wa.me/212612345678?text=" in page and "tel:+212612345678" in page and "205,00" in page
    change = LineChange.objects.get()
    assert (change.because, change.by.first_name, Lot.objects.get().on_hand) == ("Un pot cassé", "Khadija", 9)
    ordered = client.get(f"/fr/commande/{part.order.token}/").content.decode()
    assert "−85,00" in ordered.replace("-", "−") and "205,00" in ordered and "Un pot cassé" not in ordered


def test_the_same_press_sent_twice_takes_one_unit():
    part = a_part(quantity=3)
    seller = at_work(part.cooperative, Role.SELLER)
    for _press in range(2):
        seller.post(page_of(part), sent(part, 2))
    assert LineChange.objects.get().quantity == 1


@pytest.mark.parametrize("units", ["", "-1", "4", "viel", "3"])
def test_what_does_not_fit_is_said_and_what_was_typed_stays(units):
    part = a_part(quantity=3)
    answer = at_work(part.cooperative).post(page_of(part), sent(part, units))
    page = answer.content.decode()
    assert answer.status_code == 422 and "errorlist" in page and "Un pot cassé" in page
    assert not LineChange.objects.exists()


def test_nothing_to_send_is_the_end_of_the_order():
    part = a_part(quantity=3)
    seller = at_work(part.cooperative, Role.SELLER)
    answer = seller.post(page_of(part), sent(part, 0, are_gone=""))
    part.refresh_from_db()
    assert answer["location"] == space_of(part.cooperative, f"commandes/{part.pk}/")
    assert (part.status, Lot.objects.get().on_hand) == (PartStatus.CANCELED, 10)


def test_a_packer_does_not_and_nobody_does_once_it_is_packed():
    part = a_part(PartStatus.CONFIRMED, quantity=3)
    assert at_work(part.cooperative, Role.PACKER).post(page_of(part), sent(part, 2)).status_code == 403
    packed = a_part(PartStatus.PACKED, quantity=3)
    manager = at_work(packed.cooperative)
    assert manager.get(page_of(packed)).status_code == 302
    assert manager.post(page_of(packed), sent(packed, 2)).status_code == 302
    assert not LineChange.objects.exists()


def test_who_paid_in_advance_is_told_that_it_goes_back():
    order = a_transfer(quantity=3, contact=a_contact(language="en"))
    money_comes(f"VIR {order.number}", str(order.total))
    part = order.parts.get()
    seller = at_work(part.cooperative, Role.SELLER)
    seller.post(page_of(part), sent(part, 2))
    assert "goes%20back%20to%20you" in seller.get(page_of(part)).content.decode()
