"""Staff look at a courier's file before it is written down."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from store.flows.invariants import check_invariants
from store.models import Shipment
from store.statuses import PartStatus, ShipmentStatus
from tests.factories import CourierFactory, a_part

from .admin_people import editor, staff

pytestmark = pytest.mark.django_db


def page_of(courier) -> str:
    return reverse("couriers:outcomes", args=[courier.pk])


def a_file(text: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("colis.csv", text.encode() if isinstance(text, str) else text)


def test_a_file_is_looked_at_and_then_written_down():
    courier, browser = CourierFactory(), staff()
    part = a_part(PartStatus.SHIPPED, courier=courier)
    file = a_file(f"Commande;Statut\n{part.order.number};Livré\nTW-0;Livré\n")

    shown = browser.post(page_of(courier), {"file": file})
    page = shown.content.decode()
    assert "Will be written down" in page and "No parcel has this number." in page and "Write 1 outcome down" in page
    assert Shipment.objects.get().status == ShipmentStatus.HANDED_OVER

    page = browser.post(
        page_of(courier), {"content": shown.context["content"], "do": "1"}, follow=True
    ).content.decode()
    assert "1 outcome is written down." in page
    assert Shipment.objects.get().status == ShipmentStatus.DELIVERED
    assert check_invariants() == []


@pytest.mark.parametrize(
    "text", ["", b"\x00\x01\x02", b"PK\x03\x04", "Client;Ville\nA;B", "=cmd|' /C calc'!A0", b"\xff" * 50]
)
def test_a_file_that_cannot_be_read_is_refused_in_words(text):
    courier, browser = CourierFactory(), staff()

    answer = browser.post(page_of(courier), {"file": a_file(text)})

    assert answer.status_code == 200 and answer.context["form"].errors


@pytest.mark.parametrize("form", [{}, {"content": "%%%"}, {"content": "AAAA", "do": "1"}])
def test_nothing_is_written_without_a_file(form):
    courier = CourierFactory()

    answer = staff().post(page_of(courier), form)

    assert answer.status_code == 200 and answer.context["form"].errors


def test_who_does_not_manage_orders_sends_no_file():
    assert editor().get(page_of(CourierFactory())).status_code == 302
