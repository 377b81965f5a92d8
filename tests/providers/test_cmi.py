"""CMI's page and its call to the shop: the known vector, refusals before the acceptance, what each answer does."""

import urllib.error
import urllib.parse
import urllib.request
from html import unescape

import pytest

from .cmi_like.hashing import is_signed, plain, signature
from .cmi_like.payments import CmiError

VECTOR = {"b": "2|3", "A": " x ", "a10": "1", "a2": "0", "encoding": "UTF-8", "HASH": "no"}


def test_the_known_vector_is_signed_as_cmis_kit_does():
    assert plain(VECTOR, "k") == r"x|0|1|2\|3|k"
    assert signature(VECTOR, "k").startswith("6RJew7N8SA9m2aan")
    assert is_signed({**VECTOR, "HASH": signature(VECTOR, "k")}, "k") and not is_signed(VECTOR, "k")


def test_names_are_sorted_as_people_count():
    streets = {"BillToStreet12": "twelve", "billToStreet2": "two", "BillToName": "name", "oid": "o\\1"}
    assert plain(streets, "k") == r"name|two|twelve|o\\1|k"


@pytest.fixture
def told(provider):
    """The shop's server at the other end of CMI's line: what it heard, and what it answers."""
    heard, answers = [], ["APPROVED", "ACTION=POSTAUTH"]

    def post(url, body, headers):
        heard.append(dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True)))
        return 200, answers[heard[-1]["ProcReturnCode"].strip() == "00"]

    before, provider.cmi.post, provider.cmi.copies, provider.cmi.awkward = provider.cmi.post, post, 1, False
    yield heard, answers
    provider.cmi.post = before


def form(provider, **changes) -> dict[str, str]:
    fields = {
        "clientid": provider.cmi_client_id,
        "oid": "TW-1042-1",
        "amount": "225.00",
        "currency": "504",
        "okUrl": "http://localhost/ok",
        "failUrl": "http://localhost/fail",
        "callbackUrl": "http://localhost/cmi",
        "storetype": "3D_PAY_HOSTING",
        "TranType": "PreAuth",
        "lang": "fr",
        "rnd": "1",
        "hashAlgorithm": "ver3",
        "encoding": "UTF-8",
        "BillToName": "Zahra | Aït <b>",
        **changes,
    }
    return {**fields, "HASH": signature(fields, provider.cmi_store_key)}


def test_a_buyer_is_refused_twice_and_then_pays(provider, told):
    heard, _ = told
    token = provider.cmi_open(form(provider))

    provider.cmi_refuse(token)
    provider.cmi_refuse("TW-1042-1")
    assert provider.cmi_pay(token) == "ACTION=POSTAUTH"

    assert [each["ProcReturnCode"] for each in heard] == ["05", "05", "00"]
    assert all(is_signed(each, provider.cmi_store_key) and each["BillToName"] == "Zahra | Aït <b>" for each in heard)
    assert [visit["status"] for visit in provider.cmi_visits()] == ["captured"]
    with pytest.raises(CmiError):
        provider.cmi_pay(token)


@pytest.mark.parametrize(
    ("answer", "status"), [("ACTION=POSTAUTH", "captured"), ("APPROVED", "authorised"), ("FAILURE", "voided")]
)
def test_the_shops_answer_decides_on_the_money(provider, told, answer, status):
    told[1][1] = answer
    token = provider.cmi_open(form(provider))
    provider.cmi_pay(token)
    assert provider.cmi.find(token)["status"] == status


def test_a_form_that_the_shop_did_not_sign_is_not_shown(provider):
    for fields in ({**form(provider), "amount": "1.00"}, {**form(provider), "clientid": "1"}, {"oid": "1"}):
        with pytest.raises(CmiError):
            provider.cmi_open(fields)
    assert provider.cmi_visits() == []


def test_callbacks_are_lost_doubled_repeated_and_full_of_entities(provider, told):
    heard, _ = told
    token = provider.cmi_open(form(provider))
    provider.cmi_copies(0)
    provider.cmi_refuse(token)
    assert heard == []
    provider.cmi_copies(2)
    provider.cmi.awkward = True
    provider.cmi_pay(token)
    provider.cmi_call_again(token)

    assert [each["BillToName"] for each in heard] == ["Zahra | Aït &lt;b&gt;\n"] * 3
    read = {name: unescape(value.removesuffix("\n")) for name, value in heard[0].items()}
    assert is_signed(read, provider.cmi_store_key)


def send(url: str, fields: dict[str, str]) -> str:
    try:
        with urllib.request.urlopen(url, urllib.parse.urlencode(fields).encode(), timeout=5) as answer:
            return unescape(answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return unescape(error.read().decode())


def test_on_the_page_a_buyer_refuses_pays_and_is_sent_back_by_a_button(provider, told):
    assert "signature" in send(provider.cmi_url, {**form(provider), "amount": "1.00"})
    shown = send(provider.cmi_url, form(provider))
    assert "225,00\N{NO-BREAK SPACE}MAD" in shown and "aucun argent ne bouge" in shown
    page = provider.url + shown.partition('action="')[2].partition('"')[0]

    assert "La banque a refusé" in send(page, {"deed": "refuse"})
    left = send(page, {"deed": "leave"})
    assert 'action="http://localhost/fail"' in left
    done = send(page, {"deed": "pay"})
    assert 'action="http://localhost/ok"' in done and 'name="ProcReturnCode" value="00"' in done
    assert "<script" not in done and "<button>Revenir à la boutique</button>" in done
