"""A buyer on Stripe's page as the local provider shows it: in three languages, without a script, declined and asked."""

import re
import urllib.parse
import urllib.request
from html import unescape

import pytest

from .conftest import asked
from .texts import LANGUAGES, TEXTS


class NotFollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def visit(url: str, *, accepts: str = "", **fields: str) -> tuple[int, str, str]:
    """The status, the page and where it sends on to; with fields, a form that is sent."""
    request = urllib.request.Request(
        url, urllib.parse.urlencode(fields).encode() if fields else None, {"Accept-Language": accepts}
    )
    try:
        answer = urllib.request.build_opener(NotFollowed).open(request, timeout=5)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, unescape(answer.read().decode()), answer.headers.get("Location", "")


def test_a_buyer_pays_and_goes_back_to_the_shop(provider, session):
    status, html, _ = visit(session.url)
    assert status == 200 and "aucun argent ne bouge" in html
    assert "Huile ×\N{NO-BREAK SPACE}2" in html and "225,00\N{NO-BREAK SPACE}MAD" in html and "TW-1042" in html
    assert "<script" not in html and 'href="http://localhost/panier"' in html

    back = f"http://localhost/merci?session={session.id}"
    assert visit(session.url, deed="pay", card="4242424242424242")[::2] == (303, back)
    assert visit(session.url, deed="pay", card="4242424242424242")[::2] == (303, back)  # pressed twice
    assert provider.event_types().count("checkout.session.completed") == 1
    assert "Ce paiement est déjà fait" in visit(session.url)[1]


def test_a_declined_buyer_is_told_and_tries_another_card(provider, session):
    status, html, _ = visit(session.url, deed="pay", number="4000 0000 0000 0002", card="4242424242424242")
    assert status == 422 and "La carte a été refusée" in html
    assert visit(session.url, deed="pay", card="4242424242424242")[0] == 303


def test_the_number_of_a_real_card_is_not_taken(provider, session):
    status, html, _ = visit(session.url, deed="pay", number="4970 1000 0000 0000")
    assert status == 422 and "pas celui d’une carte d’essai" in html and "4970" not in html
    assert provider.objects("payment_intent") == []


def test_the_bank_asks_on_a_page_of_its_own(provider, session):
    _, _, question = visit(session.url, deed="pay", card="4000002760003184")
    assert "Votre banque demande" in visit(provider.url + question)[1]

    assert visit(provider.url + question, deed="refuse")[0] == 422
    assert visit(provider.url + question, deed="accept")[0] == 200  # nobody asks any more: the form again
    visit(session.url, deed="pay", card="4000002760003184")
    assert visit(provider.url + question, deed="accept")[0] == 303


def test_a_page_whose_time_is_over_takes_no_card(provider, session):
    provider.advance(3601)
    status, html, _ = visit(session.url, deed="pay", card="4242424242424242")
    assert status == 410 and "n’est plus ouverte" in html and provider.event_types() == ["checkout.session.expired"]


@pytest.mark.parametrize(
    ("locale", "accepts", "wish", "shown"),
    [
        ("fr", "ar", "", "fr"),
        ("auto", "ar-MA,fr;q=0.5", "", "ar"),
        ("auto", "de,en;q=0.5", "", "en"),
        ("fr", "", "ar", "ar"),
    ],
)
def test_the_page_speaks_the_language_of_the_session_or_of_the_browser(provider, shop, locale, accepts, wish, shown):
    url = shop.v1.checkout.sessions.create(asked(locale=locale)).url
    html = visit(f"{url}?lang={wish}", accepts=accepts)[1]
    assert re.search(r'<html lang="(\w+)" dir="(\w+)"', html).groups() == (shown, "rtl" if shown == "ar" else "ltr")


def test_what_a_shop_writes_is_shown_as_written(provider, shop):
    line = {
        "price_data": {"currency": "mad", "unit_amount": 100, "product_data": {"name": "<script>1</script>"}},
        "quantity": 1,
    }
    session = shop.v1.checkout.sessions.create(asked(line_items=[line], client_reference_id='"><b>'))
    with urllib.request.urlopen(session.url) as answer:
        html = answer.read().decode()
    assert "&lt;script&gt;1" in html and "<script" not in html and "<b>" not in html


def test_the_way_back_is_an_address_whatever_is_in_it(provider, shop):
    shop.v1.checkout.sessions.create(asked(success_url="http://localhost/شكرا?a=%20\r\nX: 1"))

    back = visit(provider.session()["url"], deed="pay", card="4242424242424242")[2]
    assert back == "http://localhost/%D8%B4%D9%83%D8%B1%D8%A7?a=%20%0D%0AX:%201"


def test_every_text_is_in_every_language():
    assert {len(texts) for texts in TEXTS.values()} == {len(LANGUAGES)} and all(all(texts) for texts in TEXTS.values())
