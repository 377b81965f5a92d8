"""Legal pages: the same for everybody, each in the languages that it has; and what a buyer accepts at checkout."""

import re
from datetime import date

import pytest
from django.core import mail
from django.test import Client

from cms.models import LegalKind, LegalText
from store.models import Order, User
from tests.factories import LotFactory, a_legal_text, a_newer_version, a_part

from .conftest import HERE
from .test_checkout import CHECKOUT, answers
from .test_found import addresses_in
from .test_public_pages import queries_of

pytestmark = pytest.mark.django_db
ENGLISH = {"title_en": "Terms", "body_en": "<p>Sold by the cooperative.</p>"}


@pytest.fixture
def filled_cart(visitor, put_in_cart):
    put_in_cart(LotFactory(quantity=50).variant)


def page_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("kind", LegalKind.values)
@pytest.mark.parametrize(("language", "says"), [("fr", "Vendu par la coopérative."), ("ar", "تبيعه التعاونية.")])
def test_each_kind_has_a_page_in_french_and_arabic(client, kind, language, says):
    a_legal_text(kind)
    page = page_of(client, f"/{language}/{kind}/")
    assert says in page and f'<html lang="{language}"' in page


def test_a_page_asks_as_little_for_seven_texts_as_for_one(client):
    a_legal_text()
    few = queries_of(client, "/fr/conditions/")
    for kind in set(LegalKind) - {LegalKind.TERMS}:
        a_legal_text(kind)
    assert queries_of(client, "/fr/conditions/") == few <= 4
    assert client.get("/fr/conditions/").headers["Cache-Control"] == "public, max-age=60"


def test_a_text_that_is_not_published_has_no_page_and_is_not_linked(client):
    LegalText.objects.create(kind=LegalKind.TERMS, live=False, title_fr="Brouillon", body_fr="<p>Secret</p>")
    assert client.get("/fr/conditions/").status_code == 404
    assert "/fr/conditions/" not in page_of(client, "/fr/boutique/")


def test_every_page_links_the_published_texts(client):
    a_legal_text()
    a_legal_text(LegalKind.PRIVACY)
    page = page_of(client, "/ar/boutique/")
    assert re.findall(r'href="/ar/(conditions|confidentialite|cookies)/"', page) == ["conditions", "confidentialite"]


def test_a_language_that_is_not_written_is_not_advertised_and_leads_to_french(client):
    text = a_legal_text()
    answer = client.get("/en/conditions/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/fr/conditions/")
    assert 'hreflang="en"' not in page_of(client, "/fr/conditions/")
    a_newer_version(text, **ENGLISH)
    assert "Sold by the cooperative." in page_of(client, "/en/conditions/")
    assert 'hreflang="en"' in page_of(client, "/fr/conditions/")


def test_sitemaps_have_the_texts_of_their_language(client):
    a_legal_text()
    found = {code: str(addresses_in(client.get(f"/sitemap-{code}.xml"))) for code in ("fr", "ar", "en")}
    assert ["/conditions/" in found[code] for code in ("fr", "ar", "en")] == [True, True, False]
    assert all("/retours/formulaire/" in places for places in found.values())


def test_a_text_says_that_it_is_a_template_until_a_lawyer_confirmed_it(client):
    text = a_legal_text()
    assert "Ce texte est un modèle." in page_of(client, "/fr/conditions/")
    a_newer_version(text, confirmed_on=date(2026, 11, 1))
    assert "modèle" not in page_of(client, "/fr/conditions/")


@pytest.mark.parametrize("kind", [LegalKind.NOTICE, LegalKind.PRIVACY])
def test_who_runs_the_shop_and_its_declaration_are_shown_where_they_are_set(client, settings, kind):
    a_legal_text(kind)
    settings.OPERATOR = {**settings.OPERATOR, "name": "Fédération des coopératives", "host": ""}
    page = page_of(client, f"/fr/{kind}/")
    assert "Fédération des coopératives" in page and "Hébergeur" not in page and "Récépissé" not in page
    settings.CNDP_RECEIPT = "D-W-123/2026"
    assert "D-W-123/2026" in page_of(client, f"/fr/{kind}/")


def test_the_withdrawal_form_is_in_french_and_arabic_whatever_the_page_speaks(client):
    a_legal_text(LegalKind.RETURNS)
    assert 'href="/ar/retours/formulaire/"' in page_of(client, "/ar/retours/")
    for language in ("fr", "ar", "en"):
        page = page_of(client, f"/{language}/retours/formulaire/")
        assert "Numéro de commande" in page and "رقم الطلب" in page
    assert "Order number" in page


def test_the_withdrawal_form_leads_back_to_returns_where_they_are_told(client):
    assert 'href="/fr/retours/"' not in page_of(client, "/fr/retours/formulaire/")
    a_legal_text(LegalKind.RETURNS)
    assert page_of(client, "/fr/retours/formulaire/").partition("<h1")[0].count('href="/fr/retours/"') == 1


def test_the_page_lists_exactly_the_cookies_that_browsers_get(visitor, filled_cart, client):
    """A buyer orders and cancels, somebody of the staff logs in: every cookie on the way is in the table."""
    a_legal_text(LegalKind.COOKIES)
    User.objects.create_superuser("equipe", email="equipe@example.org", password="a password for tests")
    visitor.get(CHECKOUT)
    visitor.post(CHECKOUT, answers(visitor))
    order = Order.objects.get()
    visitor.post(f"/fr/commande/{order.token}/annuler/{order.parts.get().pk}/", {"reason": "changed_mind"})
    browsers = [visitor.cookies.keys()]
    staff = Client(headers=HERE)
    staff.get("/admin/login/")
    staff.post("/admin/login/", {"username": "equipe", "password": "a password for tests", "next": "/admin/"})
    browsers.append(staff.cookies.keys())
    listed = re.findall(r'<th scope="row"><bdi>([^<]+)</bdi>', page_of(client, "/fr/cookies/"))
    assert sorted(listed) == sorted(set().union(*browsers))


# -- What a buyer accepts --------------------------------------------------------------------------------------------


def test_an_order_keeps_the_terms_that_its_buyer_saw_and_shows_them(visitor, filled_cart):
    text = a_legal_text()
    assert visitor.post(CHECKOUT, answers(visitor)).status_code == 303
    order = Order.objects.get()
    assert (order.terms_revision_id, order.terms_accepted_at) == (text.live_revision_id, order.placed_at)
    a_newer_version(text, body_fr="<p>Tout a changé.</p>")
    assert f'href="/fr/commande/{order.token}/conditions/"' in page_of(visitor, f"/fr/commande/{order.token}/")
    accepted = page_of(visitor, f"/fr/commande/{order.token}/conditions/")
    assert "Vendu par la coopérative." in accepted and "Tout a changé." not in accepted
    assert "noindex" in accepted and "تبيعه التعاونية." in page_of(visitor, f"/ar/commande/{order.token}/conditions/")
    in_english = page_of(visitor, f"/en/commande/{order.token}/conditions/")
    assert '<article class="prose" lang="fr" dir="ltr">' in in_english and "Vendu" in in_english


def test_terms_that_changed_since_the_page_was_opened_are_read_and_accepted_again(visitor, filled_cart):
    text = a_legal_text()
    form = answers(visitor)
    a_newer_version(text, body_fr="<p>Tout a changé.</p>")
    answer = visitor.post(CHECKOUT, form)
    page = answer.content.decode()
    assert answer.status_code == 422 and not Order.objects.exists()
    assert "Les conditions de vente ont changé" in page and 'value="Salma Berrada"' in page
    assert not re.search(r'<input[^>]*name="terms"[^>]*checked', page)
    seen = re.search(r'name="terms_seen" value="(\d+)"', page)[1]
    assert visitor.post(CHECKOUT, {**form, "terms_seen": seen}).status_code == 303
    assert Order.objects.get().terms_revision_id == int(seen) == text.live_revision_id


def test_terms_that_are_not_accepted_stop_the_order(visitor, filled_cart):
    a_legal_text()
    answer = visitor.post(CHECKOUT, answers(visitor, terms=""))
    assert answer.status_code == 422 and list(answer.context["form"].errors) == ["terms"]
    assert not Order.objects.exists()


def test_where_no_terms_are_published_nobody_is_asked_to_accept_any(visitor, filled_cart):
    page = page_of(visitor, CHECKOUT)
    assert 'name="terms"' not in page and "/fr/conditions/" not in page
    visitor.post(CHECKOUT, answers(visitor, terms=""))
    order = Order.objects.get()
    assert (order.terms_revision, order.terms_accepted_at) == (None, None)
    assert visitor.get(f"/fr/commande/{order.token}/conditions/").status_code == 404
    assert "/conditions/" not in page_of(visitor, f"/fr/commande/{order.token}/")


def test_the_terms_of_an_order_are_behind_its_secret_link(client):
    a_legal_text()
    a_part()
    assert client.get(f"/fr/commande/{'x' * 22}/conditions/").status_code == 404


def test_the_mail_about_an_order_leads_to_its_terms_and_to_the_withdrawal_form(
    visitor, filled_cart, django_capture_on_commit_callbacks
):
    a_legal_text()
    with django_capture_on_commit_callbacks(execute=True):
        visitor.post(CHECKOUT, answers(visitor))
    order = Order.objects.get()
    [message] = [message for message in mail.outbox if message.to == ["salma@example.org"]]
    html = message.alternatives[0][0]
    for address in (f"/fr/commande/{order.token}/conditions/", "/fr/retours/formulaire/"):
        assert f"http://testserver{address}" in message.body and f"http://testserver{address}" in html
