"""A manager recalls a lot; those who speak with buyers tell them; nobody reads a telephone unseen."""

import re

import pytest

from catalog.models import Lot, Role
from store.flows.recall import call_back
from store.models import Recall, RecallContact, RecallReading
from store.statuses import PartStatus
from tests.factories import LotFactory, a_contact, a_part, a_person

from .admin_people import queries_of
from .members import at_work, space_of

pytestmark = pytest.mark.django_db


def page_of(lot: Lot, page: str = "") -> str:
    return space_of(lot.cooperative, f"stock/{lot.pk}/{page}")


def a_sold_lot(**contact) -> tuple[Lot, object]:
    lot = LotFactory(quantity=40)
    return lot, a_part(PartStatus.DELIVERED, lot=lot, contact=a_contact(**{"name": "Salma", **contact}))


def a_recall(lot: Lot) -> Recall:
    return call_back(lot, because="Couvercles mal fermés", by=a_person())[0]


def words_of(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def reached(browser, lot: Lot) -> str:
    page = words_of(browser.get(space_of(lot.cooperative, f"stock/{lot.pk}/rappel/", "en")))
    return re.search(r"<dd>(\d+ of \d+)</dd>", page)[1]


def test_a_manager_who_blocks_a_lot_decides_whether_people_must_be_told():
    lot, _part = a_sold_lot()
    manager = at_work(lot.cooperative)
    assert 'name="tells"' in words_of(manager.get(page_of(lot)))
    answer = manager.post(page_of(lot), {"block": "1", "reason": "Couvercles", "tells": "on"})
    assert answer["location"] == page_of(lot, "rappel/")
    recall = Recall.objects.get()
    assert (recall.because, recall.opened_by.first_name) == ("Couvercles", "Khadija")
    assert page_of(lot, "rappel/") in words_of(manager.get(page_of(lot)))


def test_a_lot_that_was_blocked_before_can_be_recalled_later_and_one_on_sale_cannot():
    lot, _part = a_sold_lot()
    manager = at_work(lot.cooperative)
    manager.post(page_of(lot), {"recall": "1"})
    assert not Recall.objects.exists()
    manager.post(page_of(lot), {"block": "1", "reason": "Couvercles"})
    assert not Recall.objects.exists()
    manager.post(page_of(lot), {"recall": "1"})
    assert Recall.objects.get().is_open


def test_a_lot_of_which_nothing_left_is_only_blocked():
    lot = LotFactory()
    assert 'name="tells"' not in words_of(at_work(lot.cooperative).get(page_of(lot)))
    assert at_work(lot.cooperative).get(page_of(lot, "rappel/")).status_code == 404


def test_names_and_telephones_are_shown_at_a_touch_and_each_showing_is_written_down():
    lot, part = a_sold_lot(phone="+212612345678", language="ar")
    a_recall(lot)
    seller = at_work(lot.cooperative, Role.SELLER)
    page = words_of(seller.get(page_of(lot, "rappel/")))
    assert part.order.number in page and reached(seller, lot) == "0 of 1"
    assert "Salma" not in page and "345678" not in page.replace(" ", "")
    assert not RecallReading.objects.exists()

    shown = words_of(seller.post(page_of(lot, "rappel/"), {"shown": "1"}))
    assert "Salma" in shown and "tel:+212612345678" in shown and "wa.me/212612345678?text=" in shown
    reading = RecallReading.objects.get()
    assert (reading.part, reading.by.first_name) == (part, "Khadija")


def test_the_telephones_stay_while_one_calls_and_what_came_of_it_is_counted():
    lot, part = a_sold_lot()
    recall = a_recall(lot)
    seller = at_work(lot.cooperative, Role.SELLER)
    called = {"part": part.pk, "seen": "0", "outcome": "no_answer", "note": "Rappeler ce soir", "shown": "1"}
    page = words_of(seller.post(page_of(lot, "rappel/"), called))
    assert "Salma" in page and "Rappeler ce soir" in page
    seller.post(page_of(lot, "rappel/"), called)  # the same press, sent twice
    assert RecallContact.objects.count() == 1
    answer = seller.post(page_of(lot, "rappel/"), {"part": part.pk, "seen": "1", "outcome": "reached"})
    assert answer.status_code == 302
    assert reached(seller, lot) == "1 of 1"
    assert RecallReading.objects.filter(recall=recall).count() == 2  # twice the page was shown with telephones


@pytest.mark.parametrize(
    "sent",
    [{"outcome": "reached", "seen": "0"}, {"outcome": "perhaps", "seen": "0"}, {"seen": "x"}, {"note": "x" * 301}],
)
def test_what_does_not_fit_is_not_written(sent):
    lot, part = a_sold_lot()
    a_recall(lot)
    others = a_part(PartStatus.DELIVERED)
    form = {
        "part": others.pk if sent.get("outcome") == "reached" else part.pk,
        "outcome": "reached",
        "seen": "0",
        **sent,
    }
    assert at_work(lot.cooperative).post(page_of(lot, "rappel/"), form).status_code == 302
    assert not RecallContact.objects.exists()


def test_a_manager_closes_it_and_telephones_are_hidden_again():
    lot, _part = a_sold_lot()
    a_recall(lot)
    seller, manager = at_work(lot.cooperative, Role.SELLER), at_work(lot.cooperative)
    assert seller.post(page_of(lot, "rappel/"), {"close": "1"}).status_code == 403
    assert Recall.objects.get().is_open
    manager.post(page_of(lot, "rappel/"), {"close": "1"})
    assert not Recall.objects.get().is_open
    assert seller.post(page_of(lot, "rappel/"), {"shown": "1"}).status_code == 302
    assert not RecallReading.objects.exists()
    assert "Salma" not in words_of(seller.get(page_of(lot, "rappel/")))


def test_a_packer_has_no_part_in_it():
    lot, _part = a_sold_lot()
    a_recall(lot)
    packer = at_work(lot.cooperative, Role.PACKER)
    assert [packer.get(page_of(lot, "rappel/")).status_code, packer.post(page_of(lot, "rappel/")).status_code] == [
        403
    ] * 2


def test_what_waits_and_what_is_packed_is_led_to_its_order():
    lot = LotFactory(quantity=40)
    packed, waits = a_part(PartStatus.PACKED, lot=lot), a_part(PartStatus.CONFIRMED, lot=lot)
    a_recall(lot)
    page = words_of(at_work(lot.cooperative).get(page_of(lot, "rappel/")))
    assert space_of(lot.cooperative, f"commandes/{packed.pk}/") in page
    assert space_of(lot.cooperative, f"commandes/{waits.pk}/manque/") in page
    LotFactory(variant=lot.variant)
    at_work(lot.cooperative).post(page_of(lot, "rappel/"), {"move": "1"})
    page = words_of(at_work(lot.cooperative).get(page_of(lot, "rappel/")))
    assert waits.order.number not in page and packed.order.number in page


def test_the_page_asks_as_little_for_many_orders_as_for_one():
    lot, _part = a_sold_lot()
    seller = at_work(lot.cooperative, Role.SELLER)
    for number in range(12):
        if number == 1:
            a_recall(lot)
            few = queries_of(seller, page_of(lot, "rappel/"))
            Lot.objects.update(blocked_at=None)
        a_part(PartStatus.DELIVERED, lot=lot)
    assert queries_of(seller, page_of(lot, "rappel/")) == few <= 14


def test_a_lots_history_names_the_orders_and_asks_as_little_for_many_as_for_one():
    lot, part = a_sold_lot()
    kept = a_part(lot=lot)
    manager = at_work(lot.cooperative)
    page = words_of(manager.get(page_of(lot)))
    assert all(space_of(lot.cooperative, f"commandes/{row.pk}/") in page for row in (part, kept))
    few = queries_of(manager, page_of(lot))
    for _number in range(8):
        a_part(PartStatus.DELIVERED, lot=lot)
    assert queries_of(manager, page_of(lot)) == few <= 16


def test_a_buyer_reads_the_recall_with_what_they_have_of_the_lot(client):
    lot, part = a_sold_lot()
    waits, other = a_part(lot=lot), a_part(PartStatus.DELIVERED)
    recall = a_recall(lot)

    def page(row):
        return client.get(f"/fr/commande/{row.order.token}/").content.decode()

    assert "Couvercles mal fermés" in page(part) and lot.code in page(part)
    assert "Couvercles mal fermés" not in page(waits) + page(other)
    recall.closed_at = recall.opened_at
    recall.save()
    assert "Couvercles mal fermés" in page(part)
