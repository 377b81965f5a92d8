"""Staff decide on returns, take the goods in, and pay buyers back."""

import re

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from catalog.models import Lot, ProductSale
from catalog.rib import in_groups
from store.flows.invariants import check_invariants
from store.flows.refunds import give_rib
from store.flows.returns import decide_return
from store.models import LedgerEntry, LineChange, Refund, ReturnRequest
from store.statuses import Actor, PartStatus
from tests.factories import a_debt, a_part, a_return, a_rib, a_sold_part

from .admin_people import STAFF, _browser, editor, queries_of, staff, superuser

pytestmark = pytest.mark.django_db


def of(row, name: str) -> str:
    """The address of a step."""
    return reverse(name, args=[row.pk])


def told(browser, path: str, form: dict) -> str:
    return browser.post(path, form, follow=True).content.decode()


def shown(browser, path: str) -> dict:
    """What the form would send as it stands."""
    form = browser.get(path).context["form"]
    return {field.name: "" if field.value() is None else str(field.value()) for field in form}


# -- Returns ----------------------------------------------------------------------------------------------------------


def test_staff_accept_a_return_take_the_goods_in_and_the_money_is_owed():
    part, browser = a_sold_part(), staff()
    request, line = a_return(part, 2), part.lines.get()
    assert part.order.number in browser.get(reverse("returns:index")).content.decode()
    page = browser.get(of(request, "returns:inspect")).content.decode()
    assert "Trop sucré" in page and line.name in page

    assert "The buyer is told." in told(browser, of(request, "returns:decide"), {"decision": "yes", "answer": ""})
    form = shown(browser, of(request, "returns:receive"))
    assert form == {f"good_{line.pk}": "2", f"lost_{line.pk}": "0", "note": ""}
    page = told(
        browser, of(request, "returns:receive"), {f"good_{line.pk}": "1", f"lost_{line.pk}": "1", "note": "Un cassé"}
    )

    assert "The products are in" in page and "Un cassé" in page
    part.refresh_from_db()
    assert part.status == PartStatus.RETURNED and Lot.objects.get().on_hand == 9
    changes = request.status_changes.values_list("now", "actor", "by__username")
    assert list(changes) == [
        ("asked", "buyer", None), ("accepted", "staff", "equipe"), ("received", "staff", "equipe"),
    ]  # fmt: skip
    assert check_invariants() == []


def test_a_return_is_refused_with_a_reason_only():
    request, browser = a_return(a_sold_part()), staff()

    assert "Say why it is not taken back" in told(browser, of(request, "returns:decide"), {"decision": "no"})
    told(browser, of(request, "returns:decide"), {"decision": "no", "answer": "Ouvert"})

    request.refresh_from_db()
    assert (request.status, request.answer) == ("refused", "Ouvert")


def test_two_staff_who_decide_differently_are_told():
    request, browser = a_return(a_sold_part()), staff()
    decide_return(request, accept=False, actor=Actor.STAFF, answer="Ouvert")

    page = told(browser, of(request, "returns:decide"), {"decision": "yes", "answer": ""})

    assert "Somebody changed this return meanwhile." in page
    assert ReturnRequest.objects.get().status == "refused"


@pytest.mark.parametrize(("good", "lost"), [("0", "0"), ("2", "1"), ("-1", "0"), ("x", "0"), ("", "")])
def test_units_that_make_no_sense_are_not_taken_in(good, lost):
    part, browser = a_sold_part(), staff()
    request, line = a_return(part), part.lines.get()
    decide_return(request, accept=True, actor=Actor.STAFF)

    answer = browser.post(of(request, "returns:receive"), {f"good_{line.pk}": good, f"lost_{line.pk}": lost})

    assert answer.status_code == 200 and not LineChange.objects.exists()
    assert ReturnRequest.objects.get().status == "accepted"


def test_units_that_came_unannounced_are_written_down_once():
    part, browser = a_sold_part(), staff()
    line, path = part.lines.get(), of(part, "orders:lines_back")
    form = {**shown(browser, path), f"good_{line.pk}": "1", "note": "Sans prévenir"}

    for _ in range(2):
        told(browser, path, form)

    assert LineChange.objects.get().because == "Sans prévenir" and Lot.objects.get().on_hand == 9
    assert check_invariants() == []


def test_a_photo_is_for_staff_alone(client):
    request = a_return(a_sold_part())
    assert staff().get(of(request, "returns:photo")).status_code == 404
    request.photo.save("pot.jpg", ContentFile(b"\xff\xd8"))

    answer = superuser().get(of(request, "returns:photo"))

    assert (answer.status_code, answer["content-type"]) == (200, "image/jpeg")
    assert "sandbox" in answer["content-security-policy"]
    assert client.get(of(request, "returns:photo")).status_code == 302


# -- What is to be paid back ------------------------------------------------------------------------------------------


def test_a_refund_by_transfer_goes_from_the_list_to_paid():
    part, browser = a_debt(a_sold_part()), staff()
    page = browser.get(reverse("refunds:index")).content.decode()
    assert part.order.number in page and "85.00" in page and "account missing" in page
    give_rib(part.order, a_rib())
    refund = Refund.objects.get()
    assert "to be approved" in browser.get(reverse("refunds:index")).content.decode()
    assert in_groups(a_rib()) in browser.get(of(part, "refunds:inspect")).content.decode()

    told(browser, of(refund, "refunds:approve"), shown(browser, of(refund, "refunds:approve")))
    assert "to be paid" in browser.get(reverse("refunds:index")).content.decode()
    page = told(browser, of(refund, "refunds:pay"), {"reference": "VIR-77"})

    assert "the buyer has the money" in page and "VIR-77" in page
    assert part.order.number not in browser.get(reverse("refunds:index")).content.decode()
    assert list(refund.status_changes.values_list("now", "by__username")) == [
        ("asked", None), ("approved", "equipe"), ("paid", "equipe"),
    ]  # fmt: skip
    assert check_invariants() == []


def test_a_refund_in_cash_is_asked_for_by_staff_and_a_double_click_is_one():
    part, browser = a_debt(a_sold_part()), staff()
    path = of(part, "refunds:ask")
    form = {**shown(browser, path), "way": "cash"}
    assert form["amount"] == "85.00"

    for _ in range(2):
        told(browser, path, form)
    refund = Refund.objects.get()
    told(browser, of(refund, "refunds:approve"), shown(browser, of(refund, "refunds:approve")))
    for _ in range(2):
        page = told(browser, of(refund, "refunds:pay"), {"reference": "Reçu 12"})

    assert "It was written down already." in page
    assert LedgerEntry.objects.filter(act="refunded").count() == 1
    assert check_invariants() == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": "85.01"}, "At most 85.00"),
        ({"amount": "0"}, "At most 85.00"),
        ({"amount": "-1"}, "At most 85.00"),
        ({"amount": "x"}, "Enter a number"),
        ({"way": "transfer", "rib": "123"}, "A RIB has 24 digits."),
        ({"way": "original"}, "Select a valid choice"),
    ],
)
def test_a_refund_that_makes_no_sense_is_asked_for_again(changes, sentence):
    part, browser = a_debt(a_sold_part()), staff()
    path = of(part, "refunds:ask")

    page = told(browser, path, {**shown(browser, path), "way": "cash", **changes})

    assert sentence in page and not Refund.objects.exists()


def test_two_staff_who_ask_at_once_write_one_refund():
    part, browser = a_debt(a_sold_part()), staff()
    path = of(part, "refunds:ask")
    forms = [{**shown(browser, path), "way": "cash", "amount": "40"} for _ in range(2)]

    told(browser, path, forms[0])
    page = told(browser, path, forms[1])

    assert "Another refund of this part is still to come." in page
    assert Refund.objects.count() == 1


def test_from_the_limit_on_somebody_else_has_to_approve(settings):
    settings.SECOND_PERSON_ABOVE = 85
    part, browser, other = a_debt(a_sold_part()), staff(), _browser("collegue", STAFF)
    told(browser, of(part, "refunds:ask"), {**shown(browser, of(part, "refunds:ask")), "way": "cash"})
    refund = Refund.objects.get()
    approve = of(refund, "refunds:approve")

    assert "nobody does two steps in a row" in told(browser, approve, shown(browser, approve))
    assert "is approved" in told(other, approve, shown(other, approve))
    assert "nobody does two steps in a row" in told(other, of(refund, "refunds:pay"), {"reference": "R"})
    assert "has the money" in told(browser, of(refund, "refunds:pay"), {"reference": "R"})
    assert check_invariants() == []


def test_an_account_that_changed_since_it_was_shown_is_not_approved():
    part, browser = a_debt(a_sold_part()), staff()
    [refund] = give_rib(part.order, a_rib(1))
    form = shown(browser, of(refund, "refunds:approve"))
    give_rib(part.order, a_rib(2))

    assert "Somebody changed this refund meanwhile." in told(browser, of(refund, "refunds:approve"), form)
    assert Refund.objects.get().status == "asked"


def test_a_refund_without_an_account_waits_for_it():
    part, browser = a_debt(a_sold_part()), staff()
    told(browser, of(part, "refunds:ask"), shown(browser, of(part, "refunds:ask")))
    refund = Refund.objects.get()

    page = told(browser, of(refund, "refunds:approve"), shown(browser, of(refund, "refunds:approve")))

    assert "has not said to which account" in page
    assert "account missing" in browser.get(reverse("refunds:index")).content.decode()


def test_a_refund_is_refused_with_a_reason_and_the_debt_stays():
    part, browser = a_debt(a_sold_part()), staff()
    [refund] = give_rib(part.order, a_rib())

    told(browser, of(refund, "refunds:refuse"), {"note": ""})
    assert Refund.objects.get().status == "asked"
    page = told(browser, of(refund, "refunds:refuse"), {"note": "Un autre nom"})

    assert "what is owed stays owed" in page and "Un autre nom" in page
    assert part.order.number in browser.get(reverse("refunds:index")).content.decode()


def test_the_delivery_and_good_will_are_given_once_with_who_bears_them():
    part, browser = a_sold_part(), staff()
    path = of(part, "refunds:give")
    assert re.search(r"Of the delivery 35\.00\sMAD can be given back", browser.get(path).content.decode())
    form = {**shown(browser, path), "act": "delivery_back", "amount": "35", "because": "En retard"}

    for _ in range(2):
        told(browser, path, form)
    page = told(browser, path, {**shown(browser, path), "act": "delivery_back", "amount": "1", "because": "Encore"})
    assert "At most 0.00" in page
    page = told(browser, path, {**form, "key": "k", "act": "goodwill", "bearer": "cooperative", "amount": "10"})

    assert "It is owed to the buyer now." in page and "En retard" in page
    assert list(LedgerEntry.objects.filter(act__in=["delivery_back", "goodwill"]).values_list("act", flat=True)) == [
        "delivery_back", "goodwill",
    ]  # fmt: skip
    assert check_invariants() == []


def test_the_order_leads_to_what_is_paid_back():
    part = a_sold_part()

    page = staff().get(reverse("orders:inspect", args=[part.order_id])).content.decode()

    assert of(part, "refunds:inspect") in page and of(part, "orders:lines_back") in page


def test_the_lists_ask_as_much_for_many_as_for_one():
    browser = superuser()
    first = a_debt(a_sold_part(), 2)
    give_rib(first.order, a_rib())
    a_return(a_sold_part())
    pages = [reverse("refunds:index"), reverse("returns:index"), of(first, "refunds:inspect")]
    few = [queries_of(browser, page) for page in pages]
    for _ in range(3):
        give_rib(a_debt(a_sold_part()).order, a_rib())
        a_return(a_sold_part())

    assert [queries_of(browser, page) for page in pages] == few


def test_who_does_not_manage_orders_sees_no_returns_and_pays_nobody():
    part, browser = a_debt(a_sold_part()), editor()
    [refund] = give_rib(part.order, a_rib())
    request = a_return(a_sold_part())
    pages = [
        reverse("refunds:index"), reverse("returns:index"), of(part, "refunds:inspect"), of(part, "refunds:ask"),
        of(part, "refunds:give"), of(part, "orders:lines_back"), of(request, "returns:inspect"),
        of(request, "returns:decide"), of(request, "returns:receive"), of(request, "returns:photo"),
        *[of(refund, f"refunds:{step}") for step in ("approve", "pay", "refuse")],
    ]  # fmt: skip

    for page in pages:
        assert (browser.get(page).status_code, browser.get(page)["location"][:7]) == (302, "/admin/")
    browser.post(of(refund, "refunds:refuse"), {"note": "x"})
    browser.post(of(request, "returns:decide"), {"decision": "yes"})

    assert Refund.objects.get().status == "asked" and ReturnRequest.objects.get().status == "asked"


# -- Products that are never taken back -------------------------------------------------------------------------------


def test_a_product_is_never_taken_back_for_a_reason_that_buyers_read():
    sale, browser = ProductSale.objects.get(pk=a_part().lines.get().variant.product.sale.pk), superuser()
    path = reverse("product-sales:edit", args=[sale.pk])
    form = {**shown(browser, path), "returnable": "never", "kept_because": ""}

    assert "Say why it cannot be given back" in told(browser, path, form)
    told(browser, path, {**form, "kept_because": "perishable"})
    sale.refresh_from_db()
    assert (sale.returnable, sale.kept_because) == ("never", "perishable")

    told(browser, path, {**form, "returnable": "unopened", "kept_because": "perishable"})
    sale.refresh_from_db()
    assert (sale.returnable, sale.kept_because) == ("unopened", "")
