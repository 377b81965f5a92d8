"""A buyer gives something back from the order's page, and says where the money goes."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from catalog.models import ProductSale
from store.flows.invariants import check_invariants
from store.flows.refunds import approve_refund, pay_refund, refuse_refund, seal
from store.flows.returns import decide_return
from store.models import Refund, ReturnRequest, StatusChange, User
from store.statuses import Actor, PartStatus
from tests.factories import a_debt, a_part, a_return, a_rib, a_sold_part

pytestmark = pytest.mark.django_db


def order_page(part, client) -> str:
    return client.get(f"/fr/commande/{part.order.token}/").content.decode()


def return_page(part) -> str:
    return f"/en/commande/{part.order.token}/retour/{part.pk}/"


def refund_page(part) -> str:
    return f"/en/commande/{part.order.token}/remboursement/"


def answers(part, units="1", **changes) -> dict:
    return {f"line_{part.lines.get().pk}": units, "reason": "damaged", "because": "Le couvercle fuit", **changes}


def a_photo(kind="JPEG") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (30, 20), "orange").save(content, kind)
    return SimpleUploadedFile("pot.jpg", content.getvalue(), "image/jpeg")


# -- The return -------------------------------------------------------------------------------------------------------


def test_a_buyer_asks_for_a_return_and_the_order_says_so(visitor):
    part = a_sold_part()
    assert f"/retour/{part.pk}/" in order_page(part, visitor)

    page = visitor.get(return_page(part)).content.decode()
    assert "How many of the 2?" in page
    answer = visitor.post(return_page(part), answers(part))

    assert (answer.status_code, answer["location"]) == (303, f"/en/commande/{part.order.token}/")
    request = ReturnRequest.objects.get()
    assert (request.reason, request.because, request.lines.get().quantity) == ("damaged", "Le couvercle fuit", 1)
    page = visitor.get(answer["location"]).content.decode()
    assert "The cooperative has not decided yet." in page and f"/retour/{part.pk}/" not in page
    assert check_invariants() == []


def test_a_form_that_is_sent_twice_is_one_return(visitor):
    part = a_sold_part()

    for _ in range(2):
        visitor.post(return_page(part), answers(part))

    assert ReturnRequest.objects.count() == 1


def test_a_photo_comes_along_small_and_without_its_name(visitor):
    part = a_sold_part()

    answer = visitor.post(return_page(part), answers(part, photo=a_photo()))

    assert answer.status_code == 303
    photo = ReturnRequest.objects.get().photo
    assert photo.name.startswith("documents/returns/") and "pot" not in photo.name
    assert Image.open(photo).size == (30, 20)
    assert visitor.get(f"/media/{photo.name}").status_code == 404


@pytest.mark.parametrize(
    "photo",
    [
        SimpleUploadedFile("pot.jpg", b"<svg onload=alert(1)>", "image/jpeg"),
        SimpleUploadedFile("pot.svg", b"<svg/>", "image/svg+xml"),
        SimpleUploadedFile("pot.jpg", b"", "image/jpeg"),
    ],
)
def test_what_is_no_photo_is_refused_and_what_was_typed_stays(visitor, photo):
    part = a_sold_part()

    answer = visitor.post(return_page(part), answers(part, photo=photo))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Le couvercle fuit" in page and "field--wrong" in page
    assert not ReturnRequest.objects.exists()


@pytest.mark.parametrize(
    ("units", "told"),
    [
        ("0", "Say how many you give back."),
        ("", "Say how many you give back."),
        ("3", "You have 2 of it."),
        ("-1", "You have 2 of it."),
        ("deux", "Write a number."),
    ],
)
def test_a_number_of_units_that_makes_no_sense_is_asked_for_again(visitor, units, told):
    part = a_sold_part()

    answer = visitor.post(return_page(part), answers(part, units))

    assert answer.status_code == 422 and told in answer.content.decode()
    assert not ReturnRequest.objects.exists()


@pytest.mark.parametrize("changes", [{"reason": "x"}, {"reason": ""}, {"because": "a" * 501}])
def test_a_return_without_a_known_reason_is_asked_for_again(visitor, changes):
    part = a_sold_part()

    assert visitor.post(return_page(part), answers(part, **changes)).status_code == 422

    assert not ReturnRequest.objects.exists()


def test_after_the_legal_time_the_page_says_so_and_where_to_write(visitor):
    part = a_sold_part()
    StatusChange.objects.filter(now="delivered").update(at=timezone.now() - timedelta(days=8))

    page = visitor.get(return_page(part)).content.decode()

    assert "The time for giving it back is over." in page and "The last day was" in page and "wa.me" in page
    assert visitor.post(return_page(part), answers(part)).status_code == 200
    assert not ReturnRequest.objects.exists()


def test_a_product_that_is_never_taken_back_is_named_with_its_reason(visitor):
    lot_of = a_part().lines.get().variant
    ProductSale.objects.update(returnable="never", kept_because="perishable")
    part = a_part(PartStatus.DELIVERED, lot=lot_of.lots.get())

    page = visitor.get(return_page(part)).content.decode()

    assert "Nothing in it can be given back." in page and "It spoils quickly" in page


def test_what_is_not_delivered_yet_is_not_given_back(visitor):
    part = a_part(PartStatus.SHIPPED)

    assert "It has not been delivered yet." in visitor.get(return_page(part)).content.decode()
    assert f"/retour/{part.pk}/" not in order_page(part, visitor)


def test_the_part_of_another_order_is_not_found(visitor):
    part, other = a_sold_part(), a_sold_part()

    assert visitor.get(f"/en/commande/{part.order.token}/retour/{other.pk}/").status_code == 404


def test_the_answer_of_the_cooperative_stands_on_the_order(visitor):
    part = a_sold_part()
    decide_return(a_return(part), accept=False, actor=Actor.STAFF, answer="Le pot est <b>ouvert</b>")

    page = visitor.get(f"/en/commande/{part.order.token}/").content.decode()

    assert "The return was refused." in page and "Le pot est &lt;b&gt;ouvert&lt;/b&gt;" in page
    assert f"/retour/{part.pk}/" in page


def test_whoever_asks_for_returns_without_end_is_told_to_wait(visitor, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "return": (1, 3600)}
    part = a_sold_part()
    visitor.post(return_page(part), answers(part, "0"))

    answer = visitor.post(return_page(part), answers(part))

    assert answer.status_code == 429 and "Le couvercle fuit" in answer.content.decode()
    assert visitor.get(return_page(part)).status_code == 200


# -- The secret link --------------------------------------------------------------------------------------------------


def browser_post(address: str, answers: dict):
    """As a browser sends a page's form: with its token, and with the origin that the page's policy leaves of it."""
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(address).content.decode()
    [policy] = re.findall(r'<meta name="referrer" content="([a-z-]+)">', page)
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    origin = "null" if policy == "no-referrer" else "http://testserver"
    return policy, browser.post(address, {**answers, "csrfmiddlewaretoken": token}, headers={"origin": origin})


def test_a_browser_may_send_the_forms_of_a_secret_link_and_tells_nobody_else_of_it():
    part = a_sold_part()
    asked = browser_post(return_page(part), answers(part))
    given = browser_post(refund_page(a_debt(a_sold_part())), {"rib": a_rib(1234)})

    assert [(policy, answer.status_code) for policy, answer in (asked, given)] == [("same-origin", 303)] * 2
    assert (ReturnRequest.objects.count(), Refund.objects.count()) == (1, 1)


# -- The money --------------------------------------------------------------------------------------------------------


def test_a_buyer_says_where_the_money_goes_and_the_account_is_never_shown_again(visitor):
    part = a_debt(a_sold_part())
    assert "/remboursement/" in order_page(part, visitor)
    rib = a_rib(1234)

    answer = visitor.post(refund_page(part), {"rib": f"{rib[:3]} {rib[3:6]} {rib[6:22]} {rib[22:]}"}, follow=True)

    page = answer.content.decode()
    assert Refund.objects.get().rib == rib
    assert "the account that ends in" in page and rib[-4:] in page and rib[:20] not in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert check_invariants() == []


@pytest.mark.parametrize(
    ("rib", "told"),
    [
        (a_rib()[:-1] + str((int(a_rib()[-1]) + 1) % 10), "The key of this RIB is wrong"),
        (a_rib()[:-1], "A RIB has 24 digits."),
        (a_rib() + "0", "A RIB has 24 digits."),
        ("MA64 " + a_rib(), "A RIB has 24 digits."),
        ("", "This field is required."),
        ("1" * 61, "at most 60"),
    ],
)
def test_an_account_that_cannot_be_is_asked_for_again_with_what_was_typed(visitor, rib, told):
    part = a_debt(a_sold_part())

    answer = visitor.post(refund_page(part), {"rib": rib})

    page = answer.content.decode()
    assert answer.status_code == 422 and told in page and f'value="{rib}"' in page if rib else told in page
    assert not Refund.objects.exists()


def test_an_account_that_is_sent_twice_is_one_refund(visitor):
    part = a_debt(a_sold_part())

    for _ in range(2):
        assert visitor.post(refund_page(part), {"rib": a_rib()}).status_code == 303

    assert Refund.objects.count() == 1


def test_where_nothing_is_owed_no_account_is_asked_for(visitor):
    part = a_sold_part()

    assert "Nothing is owed to you for this order." in visitor.get(refund_page(part)).content.decode()
    visitor.post(refund_page(part), {"rib": a_rib()})

    assert not Refund.objects.exists()


def test_the_pages_say_how_far_a_refund_is(visitor):
    part, amina = a_debt(a_sold_part()), User.objects.create_user("amina")
    visitor.post(refund_page(part), {"rib": a_rib()})
    refund = Refund.objects.get()
    refuse_refund(refund, because="Mauvais nom", by=amina)
    assert "Please say once more" in visitor.get(f"/en/commande/{part.order.token}/").content.decode()

    visitor.post(refund_page(part), {"rib": a_rib(2)})
    refund = Refund.objects.latest("pk")
    approve_refund(refund, seen=seal(refund), by=amina)
    page = visitor.get(refund_page(part)).content.decode()
    assert "on its way" in page and 'name="rib"' not in page

    pay_refund(refund, reference="VIR-9", by=amina)
    assert "paid back on" in visitor.get(refund_page(part)).content.decode()
    page = visitor.get(f"/en/commande/{part.order.token}/").content.decode()
    assert "were paid back to you on" in page and "1 × " in page and "came back" in page


def test_whoever_tries_accounts_without_end_is_told_to_wait(visitor, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "refund": (1, 3600)}
    part = a_debt(a_sold_part())
    visitor.post(refund_page(part), {"rib": "1"})

    assert visitor.post(refund_page(part), {"rib": a_rib()}).status_code == 429
    assert not Refund.objects.exists()


def test_the_order_s_pages_ask_as_much_after_many_returns_as_after_one(visitor):
    def queries(path) -> int:
        visitor.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert visitor.get(path).status_code == 200
        return len(asked)

    part = a_sold_part(quantity=8)
    a_debt(part)
    decide_return(a_return(part), accept=False, actor=Actor.STAFF, answer="Non")
    visitor.post(refund_page(part), {"rib": a_rib()})
    paths = [f"/en/commande/{part.order.token}/", return_page(part), refund_page(part)]
    few = [queries(path) for path in paths]

    for _ in range(3):
        a_debt(part)
        decide_return(a_return(part), accept=False, actor=Actor.STAFF, answer="Non")

    assert [queries(path) for path in paths] == few
