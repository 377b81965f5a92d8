"""CMI's form and callbacks, exact to the letter."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.utils import timezone

from store.payments.providers import cmi
from store.payments.providers.base import Bill, Forged, Item, ProviderRefused, Told, Unreadable
from store.payments.providers.cmi import Cmi, hash_ver3

KEY = "a store key | of \\ ours"


@pytest.fixture(autouse=True)
def contract(settings):
    settings.CMI_CLIENT_ID, settings.CMI_STORE_KEY, settings.CMI_PAGE = "600", KEY, "https://cmi.example/fim/est3Dgate"


def a_bill(**changes) -> Bill:
    bill = Bill(
        key="TW-1234567-1", order_number="TW-1234567", language="ar", name="أمينة <Berrada>\n| \\", email="a@example.org",
        phone="+212612345678", amount=D("225.00"), currency="MAD", items=(Item("Miel", D("225.00")),),
        expires_at=timezone.now() + timedelta(minutes=35), return_url="https://shop.example/ar/commande/x/carte/retour/",
        cancel_url="https://shop.example/ar/commande/x/payer/", callback_url="https://shop.example/webhooks/cmi/",
    )  # fmt: skip
    return replace(bill, **changes)


def a_callback(*, key: str = KEY, **changes) -> dict[str, str]:
    fields = {
        "clientid": "600", "oid": "TW-1234567-1", "amount": "225.00", "currency": "504", "ProcReturnCode": "00",
        "Response": "Approved", "TransId": "26332AbC", "AuthCode": "123456", "mdStatus": "1", "encoding": "UTF-8",
        **changes,
    }  # fmt: skip
    return {**fields, "HASH": hash_ver3(fields, key)}


def test_the_hash_is_that_of_the_known_vector():
    fields = {"b": "2|3", "A": " x ", "a10": "1", "a2": "0", "encoding": "UTF-8", "HASH": "no"}
    assert hash_ver3(fields, "k").startswith("6RJew7N8SA9m2aan")


def test_names_are_in_their_natural_order_whatever_their_case():
    fields = {"BillToStreet12": "c", "BillToStreet2": "b", "billtocity": "a"}
    assert hash_ver3(fields, "k") == hash_ver3({"A1": "a", "A2": "b", "A3": "c"}, "k")


def test_the_form_is_signed_as_it_is_sent():
    form = Cmi().start(a_bill())
    assert form.action == "https://cmi.example/fim/est3Dgate"
    assert form.fields["HASH"] == hash_ver3(form.fields, KEY)
    assert (form.fields["amount"], form.fields["currency"], form.fields["lang"]) == ("225.00", "504", "ar")
    assert form.fields["TranType"] == "PreAuth" and form.fields["oid"] == "TW-1234567-1"
    assert not any(mark in value for value in form.fields.values() for mark in '\n\r<>"&' if mark != "&")


def with_the_name_as_amount(form: dict[str, str]) -> dict[str, str]:
    """The same values in the same order under other names: the hash is still good."""
    rest = {name: value for name, value in form.items() if name not in ("amount", "AutoRedirect", "BillToName")}
    return {"a1": form["amount"], "a2": form["AutoRedirect"], "amount": form["BillToName"], **rest}


def test_nobodys_name_is_taken_for_the_amount():
    form = Cmi().start(a_bill(name="1.00 ١٠ ², Amina", email="", phone=""))
    renamed = with_the_name_as_amount(form.fields)
    assert hash_ver3(renamed, KEY) == form.fields["HASH"], "CMI takes names as they come: else this test shows nothing"
    assert not any(letter.isdigit() for letter in renamed["amount"])
    assert "BillToName" not in Cmi().start(a_bill(name="100")).fields


def test_a_name_with_digits_would_pay_what_it_says(monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(cmi, "a_name", lambda name: name)
    form = Cmi().start(a_bill(name="1.00"))
    renamed = with_the_name_as_amount(form.fields)
    assert (renamed["amount"], hash_ver3(renamed, KEY)) == ("1.00", form.fields["HASH"])


def test_a_signed_acceptance_is_paid_and_a_refusal_is_not():
    event, state = Cmi().read_callback(a_callback())
    assert (event.key, state.status, state.amount, state.currency) == ("TW-1234567-1", Told.PAID, D("225.00"), "MAD")
    event, state = Cmi().read_callback(a_callback(ProcReturnCode="51", Response="Declined"))
    assert (state.status, state.because) == (Told.FAILED, "51")
    assert Cmi().read_callback({n: v for n, v in a_callback().items()})[0].id == Cmi().read_callback(a_callback())[0].id
    assert Cmi().read_callback(a_callback(TransId="other"))[0].id != event.id


@pytest.mark.parametrize("name", ["amount", "oid", "currency", "ProcReturnCode", "TransId"])
def test_whoever_changes_a_field_is_found_out(name):
    fields = a_callback()
    fields[name] += "0"
    with pytest.raises(Forged):
        Cmi().read_callback(fields)


def test_another_key_and_no_hash_are_forged():
    with pytest.raises(Forged):
        Cmi().read_callback(a_callback(key="another"))
    fields = a_callback()
    for odd in ("", "é", "\0", "x" * 5000):
        with pytest.raises(Forged):
            Cmi().read_callback({**fields, "HASH": odd})
    del fields["HASH"]
    with pytest.raises(Forged):
        Cmi().read_callback(fields)


def test_a_number_of_any_length_in_a_name_is_a_name():
    with pytest.raises(Forged):
        Cmi().read_callback({**a_callback(), "a" + "9" * 5000: "1"})


def test_an_entity_whose_number_has_no_end_is_left_as_it_is():
    with pytest.raises(Forged):
        Cmi().read_callback({**a_callback(), "BillToName": "&#" + "9" * 5000 + ";"})


@pytest.mark.parametrize("name", ["Amount", "OID", "procreturncode", "clientId"])
def test_what_is_said_twice_in_other_capitals_is_not_believed(name):
    fields = {name: "1.00", **{n: v for n, v in a_callback().items() if n != "HASH"}}
    with pytest.raises(Unreadable):
        Cmi().read_callback({**fields, "HASH": hash_ver3(fields, KEY)})


def test_a_callback_for_another_shop_with_the_same_key_is_not_for_this_one():
    with pytest.raises(Forged):
        Cmi().read_callback(a_callback(clientid="601"))


def test_entities_and_a_last_line_break_are_undone_as_cmis_own_sample_does():
    fields = {"BillToName": "Aïcha & fils", **{n: v for n, v in a_callback().items() if n != "HASH"}}
    sent = {name: value.replace("&", "&amp;") + "\n" for name, value in fields.items()}
    assert Cmi().read_callback({**sent, "HASH": hash_ver3(fields, KEY)})[1].status == Told.PAID


@pytest.mark.parametrize("amount", ["225,00", "-1", "1e5", "", "٢٢٥", "9" * 30, "225.001", "NaN"])
def test_an_amount_that_is_none_is_no_amount(amount):
    assert Cmi().read_callback(a_callback(amount=amount))[1].amount is None


def test_nonsense_cannot_be_read():
    for odd in ({}, {"oid": ""}, {f"f{n}": "" for n in range(200)} | {"oid": "x"}):
        with pytest.raises(Unreadable):
            Cmi().read_callback(odd)


def test_it_sends_no_money_back_by_itself():
    with pytest.raises(ProviderRefused):
        Cmi().refund("1", D(1), "MAD", key="x")
    assert not Cmi.refunds_itself and not Cmi.asks_back
