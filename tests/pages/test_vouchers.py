"""A voucher in the cart, at the checkout and on the order; and staff who make one."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from store import limits
from store.flows.invariants import check_invariants
from store.models import Cart, Order, Voucher, VoucherUse
from tests.factories import CooperativeFactory, LotFactory, a_commune, a_voucher

from .admin_people import editor, queries_of, staff

CART, CODE, CHECKOUT = "/fr/panier/", "/fr/panier/code/", "/fr/commande/"
D = Decimal


@pytest.fixture
def in_cart(visitor, put_in_cart):
    """A jar of 85 dirhams in the cart; its lot."""
    lot = LotFactory(quantity=50, variant__price=D("85.00"))
    put_in_cart(lot.variant)
    return lot


def use(visitor, code: str, **extra):
    return visitor.post(CODE, {"code": code}, **extra)


def answers(visitor, **changes) -> dict:
    """The form as a buyer fills it in, with the summary that the page shows."""
    fields = {
        "name": "Salma Berrada", "phone": "0612345678", "email": "salma@example.org", "commune": a_commune().code,
        "street": "12, rue des Oliviers", **changes,
    }  # fmt: skip
    page = visitor.post(CHECKOUT, {**fields, "action": "update"})
    return {**fields, "accepted": page.context["summary"].accepted(), "action": "order"}


def plain(page) -> str:
    """The page's text without the marks that keep amounts together."""
    return page.content.decode().replace("\xa0", " ").replace("\u202f", " ")


# -- The cart ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["BIENVENUE", " bien-venue ", "Bien Venue", "ｂienvenue"])
def test_a_code_makes_the_cart_cheaper_however_it_is_written(visitor, in_cart, typed):
    voucher = a_voucher()

    answer = use(visitor, typed)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{CART}#total")
    assert Cart.objects.get().voucher == voucher
    page = visitor.get(CART)
    assert page.context["summary"].discount == D("8.50")
    assert "-8,50 MAD" in plain(page) and "76,50 MAD" in plain(page)


def test_a_voucher_is_taken_off_again(visitor, in_cart):
    a_voucher()
    use(visitor, "bienvenue")

    assert visitor.post(CODE, {"remove": "1"}).status_code == 303

    assert Cart.objects.get().voucher is None
    assert "BIENVENUE" not in plain(visitor.get(CART))


HOSTILE = [
    "\0",
    "a\0b",
    "x" * 10_000,
    "<script>alert(1)</script>",
    "\u202e" * 50,
    "'; DROP TABLE store_voucher; --",
    "%",
]


@pytest.mark.parametrize("typed", ["", " ", *HOSTILE])
def test_what_is_no_code_is_refused_in_words_and_kept(visitor, in_cart, typed):
    a_voucher()

    answer = use(visitor, typed)

    assert answer.status_code == 422
    assert answer.context["voucher_form"].errors["code"]
    assert Cart.objects.get().voucher is None
    assert "<script>alert" not in answer.content.decode()


def test_an_unknown_code_is_told_and_stays_in_its_field(visitor, in_cart):
    page = plain(use(visitor, "BIENVENU"))

    assert 'value="BIENVENU"' in page and "errorlist" in page


@pytest.mark.parametrize(
    "fields",
    [{"is_active": False}, {"ends_on": date(2026, 1, 1)}, {"begins_on": date(2999, 1, 1)}, {"limit": 1, "used": 1}],
)
def test_a_code_that_cannot_be_used_now_is_told_and_not_kept(visitor, in_cart, fields):
    a_voucher(**fields)

    assert use(visitor, "bienvenue").status_code == 422
    assert Cart.objects.get().voucher is None


def test_what_is_missing_up_to_the_minimum_is_told_and_counts_once_it_is_there(visitor, in_cart, put_in_cart):
    a_voucher(minimum=D("100.00"))

    assert use(visitor, "bienvenue").status_code == 303
    page = visitor.get(CART)
    assert "15,00 MAD" in plain(page) and page.context["summary"].discount == 0
    put_in_cart(in_cart.variant)

    assert visitor.get(CART).context["summary"].discount == D("17.00")


def test_a_code_for_other_goods_is_told_with_those_that_it_is_for(visitor, in_cart):
    a_voucher(cooperative=CooperativeFactory(name_fr="Tinas Cop"))

    use(visitor, "bienvenue")

    assert "Tinas Cop" in plain(visitor.get(CART))


def test_a_code_without_a_cart_leads_to_the_cart(visitor):
    assert use(visitor, "bienvenue").headers["Location"] == CART


def test_the_form_of_the_code_needs_djangos_token(db):
    strict = Client(enforce_csrf_checks=True, headers={"sec-fetch-site": "same-origin"})

    assert strict.post(CODE, {"code": "bienvenue"}).status_code == 403


def test_a_cart_with_a_voucher_asks_as_much_with_many_lines_as_with_one(visitor, in_cart, put_in_cart):
    a_voucher(minimum=D("100.00"), cooperative=in_cart.cooperative)
    use(visitor, "bienvenue")

    def queries() -> int:
        visitor.get(CART)  # what is asked for each process was asked
        with CaptureQueriesContext(connection) as asked:
            visitor.get(CART)
        return len(asked)

    with_one = queries()
    for _ in range(3):
        put_in_cart(LotFactory(variant__product__sale__cooperative=in_cart.cooperative).variant)

    assert queries() == with_one


# -- Guessing ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def noon(monkeypatch):
    """A clock that stands still, ten seconds into an hour."""
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_010.0)


def test_after_ten_wrong_guesses_even_the_right_code_waits_an_hour(visitor, in_cart, noon):
    a_voucher()

    assert [use(visitor, f"guess{n}").status_code for n in range(10)] == [422] * 10
    answer = use(visitor, "bienvenue")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3590")
    assert 'value="bienvenue"' in plain(answer) and Cart.objects.get().voucher is None


def test_a_right_code_is_no_guess_and_wipes_out_no_wrong_ones(visitor, in_cart, noon):
    a_voucher()
    for n in range(9):
        use(visitor, f"guess{n}")
        assert use(visitor, "bienvenue").status_code == 303

    assert use(visitor, "tenth").status_code == 422
    assert use(visitor, "bienvenue").status_code == 429


def test_neither_a_new_cart_nor_a_new_network_begins_anew(visitor, in_cart, put_in_cart, noon):
    for n in range(10):
        use(visitor, f"guess{n}")
    stranger = Client(headers={"sec-fetch-site": "same-origin"})
    put_in_cart(in_cart.variant, client=stranger)

    assert use(stranger, "another").status_code == 429
    assert use(visitor, "another", REMOTE_ADDR="10.0.0.9").status_code == 429
    stranger.cookies.clear()
    put_in_cart(in_cart.variant, client=stranger)
    assert use(stranger, "another", REMOTE_ADDR="10.0.0.9").status_code == 422


def test_an_empty_field_is_no_guess(visitor, in_cart):
    assert [use(visitor, "").status_code for _ in range(12)] == [422] * 12


# -- The order --------------------------------------------------------------------------------------------------------


def test_a_buyer_orders_with_a_code_and_sees_it_everywhere(visitor, in_cart, django_capture_on_commit_callbacks):
    a_voucher()
    use(visitor, "bienvenue")
    assert "-8,50 MAD" in plain(visitor.get(CHECKOUT))

    with django_capture_on_commit_callbacks(execute=True):
        answer = visitor.post(CHECKOUT, answers(visitor))

    order = Order.objects.get()
    assert (order.total, VoucherUse.objects.get().order) == (D("111.50"), order)
    page = plain(visitor.get(answer.headers["Location"]))
    assert "BIENVENUE" in page and "-8,50 MAD" in page and "111,50 MAD" in page
    [copy] = [message for message in mail.outbox if message.to == ["salma@example.org"]]
    assert "BIENVENUE" in copy.body and "111,50" in copy.body
    assert "Who bears it: platform" in staff().get(reverse("orders:inspect", args=[order.pk])).content.decode()
    assert check_invariants() == []


def test_a_voucher_that_ran_out_meanwhile_is_told_and_nothing_is_ordered_until_it_is_accepted(visitor, in_cart):
    a_voucher(limit=1)
    use(visitor, "bienvenue")
    form = answers(visitor)
    Voucher.objects.update(used=1)

    answer = visitor.post(CHECKOUT, form)

    [change] = answer.context["changes"]
    assert (answer.status_code, change.was, change.now) == (409, D("8.50"), 0)
    assert "0,00 MAD" in plain(answer) and "8,50 MAD" in plain(answer) and str(change.refused) in plain(answer)
    assert not Order.objects.exists() and Cart.objects.get().voucher is None
    form["accepted"] = answer.context["summary"].accepted()
    assert visitor.post(CHECKOUT, form).status_code == 303
    assert Order.objects.get().total == D("120.00")


def test_a_telephone_that_has_used_it_is_told_and_may_order_without(visitor, in_cart, put_in_cart):
    a_voucher(limit_per_phone=1)
    use(visitor, "bienvenue")
    visitor.post(CHECKOUT, answers(visitor))
    put_in_cart(in_cart.variant)
    use(visitor, "bienvenue")
    form = answers(visitor)

    answer = visitor.post(CHECKOUT, form)

    assert answer.status_code == 409 and answer.context["changes"][0].refused.voucher.code == "BIENVENUE"
    form["accepted"] = answer.context["summary"].accepted()
    assert visitor.post(CHECKOUT, form).status_code == 303
    assert Voucher.objects.get().used == 1


def test_nobody_learns_what_a_telephone_has_used_by_counting_again(visitor, in_cart, put_in_cart):
    a_voucher(limit_per_phone=1)
    use(visitor, "bienvenue")
    visitor.post(CHECKOUT, answers(visitor))
    put_in_cart(in_cart.variant)
    use(visitor, "bienvenue")

    page = visitor.post(CHECKOUT, {"phone": "0612345678", "action": "update"})

    assert page.context["summary"].discount == D("8.50")


# -- Staff ------------------------------------------------------------------------------------------------------------

ADD = "/admin/vouchers/new/"


def voucher_form(**changes) -> dict:
    return {
        "code": "Ramadan 27", "percent": "15", "amount": "", "bearer": "cooperative", "minimum": "200.00", "cooperative": "",
        "category": "", "begins_on": "2027-02-08", "ends_on": "2027-03-09", "limit": "50", "limit_per_phone": "2",
        "is_active": "on", **changes,
    }  # fmt: skip


@pytest.mark.django_db
def test_staff_make_a_voucher_and_see_how_often_it_was_used():
    browser = staff()
    assert "Vouchers" in browser.get("/admin/").content.decode()

    assert browser.post(ADD, voucher_form()).status_code == 302

    voucher = Voucher.objects.get()
    assert (voucher.code, voucher.percent, voucher.minimum, voucher.limit) == ("RAMADAN27", 15, D("200.00"), 50)
    Voucher.objects.update(used=7)
    page = browser.get(reverse("vouchers:index")).content.decode()
    assert "RAMADAN27" in page and "7 / 50" in page and "15\xa0%" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"code": " - "}, "code", "A code needs a letter or a digit."),
        ({"code": "x" * 25}, "code", "At most 24 letters and digits."),
        ({"code": "bien venue"}, "code", "There is a voucher with this code already."),
        ({"percent": "0"}, "percent", "From 1 to 100 percent."),
        ({"percent": "101"}, "percent", "From 1 to 100 percent."),
        ({"percent": ""}, "percent", "Say how many percent, or which amount, it takes off."),
        ({"percent": "", "amount": "0"}, "percent", "Say how many percent, or which amount, it takes off."),
        ({"amount": "20"}, "amount", "Fill in the percent or the amount, not both."),
        ({"ends_on": "2027-02-07"}, "ends_on", "This is before its first day."),
    ],
)
def test_a_voucher_that_makes_no_sense_is_refused_at_its_field(changes, field, said):
    a_voucher()

    answer = staff().post(ADD, voucher_form(**changes))

    assert answer.status_code == 200
    assert answer.context["form"].errors == {field: [said]}
    assert Voucher.objects.count() == 1


@pytest.mark.django_db
def test_a_voucher_that_was_used_keeps_its_code_and_room_for_its_uses(visitor, in_cart):
    voucher = a_voucher(limit=5)
    use(visitor, "bienvenue")
    visitor.post(CHECKOUT, answers(visitor))
    address = reverse("vouchers:edit", args=[voucher.pk])

    answer = staff().post(address, voucher_form(code="autre", limit="0"))

    assert set(answer.context["form"].errors) == {"code", "limit"}
    voucher.refresh_from_db()
    assert (voucher.code, voucher.limit) == ("BIENVENUE", 5)


@pytest.mark.django_db
def test_the_list_says_which_vouchers_can_be_used_today():
    today = timezone.localdate()
    a_voucher("A")
    a_voucher("B", ends_on=today - timedelta(days=1))
    a_voucher("C", is_active=False)
    a_voucher("D", limit=1, used=1)

    table = staff().get(reverse("vouchers:index")).context["table"]

    usable = next(column for column in table.columns.values() if column.name == "is_active")
    assert [usable.get_value(row) for row in table.data] == [True, False, False, False]


@pytest.mark.django_db
def test_the_list_of_vouchers_asks_as_much_for_many_as_for_one():
    browser, cooperative = staff(), CooperativeFactory()
    a_voucher("A", cooperative=cooperative)
    with_one = queries_of(browser, reverse("vouchers:index"))
    for code in "BCD":
        a_voucher(code, cooperative=CooperativeFactory())

    assert queries_of(browser, reverse("vouchers:index")) == with_one


@pytest.mark.django_db
def test_who_does_not_manage_the_shop_sees_no_vouchers():
    browser = editor()

    for address in (reverse("vouchers:index"), ADD):
        answer = browser.get(address)
        assert (answer.status_code, answer["location"]) == (302, "/admin/")
    browser.post(ADD, voucher_form())

    assert not Voucher.objects.exists()
