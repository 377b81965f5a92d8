"""What is in French or in a code of ours stands on Arabic pages and in mails in its own language and direction, unbroken."""

import re

import pytest
from django.conf import settings

from catalog.cooperatives.models import Accent
from catalog.models import Cooperative, Product
from cms.models import CooperativePage, CooperativesPage
from store.flows import mails
from store.models import OutboxMessage
from tests.factories import a_home
from tests.factories.catalog import CategoryFactory, LotFactory, VariantFactory
from tests.factories.store import a_contact, a_part

FACTS = '<bdi lang="fr">Coopérative agricole</bdi><br><bdi lang="fr">Registre des coopératives, n° 12</bdi><br><bdi>{seat}</bdi>'


@pytest.fixture
def lot(visitor):
    cooperative = {"address_ar": "دوار آيت علي", "commune_ar": "مكناس", "name_ar": "الخلية", "slug": "ruche"}
    lot = LotFactory(code="T-2026-11", origin_ar="الأطلس", origin_fr="Atlas", variant__product__sale__slug="miel")
    Cooperative.objects.update(**cooperative)
    Product.objects.update(name_ar="عسل")
    return lot


def test_a_product_says_who_sells_it_and_its_lot_in_their_own_directions(visitor, lot):
    page = visitor.get("/ar/boutique/miel/").content.decode()
    assert FACTS.format(seat="دوار آيت علي") in page
    assert '<bdi class="code">T-2026-11</bdi>' in page


def test_a_cooperative_says_what_it_is_called_in_law_on_lines_of_their_own(visitor, lot):
    index = a_home().add_child(instance=CooperativesPage(title="Coopératives", slug="cooperatives"))
    index.add_child(instance=CooperativePage(title="La ruche", slug="ruche", cooperative=Cooperative.objects.get()))
    assert FACTS.format(seat="Douar Aït Ali") in visitor.get("/fr/cooperatives/ruche/").content.decode()


def test_the_number_of_an_order_never_breaks(client, lot):
    order = a_part(lot=lot).order
    number = f'<bdi class="code">{order.number}</bdi>'
    for page in ("", "merci/"):
        answer = client.get(f"/ar/commande/{order.token}/{page}").content.decode()
        assert number in answer and FACTS.partition("<br><bdi>")[0] in answer
        assert (
            order.number in re.search("<title>(.*)</title>", answer)[1]
            and number not in answer.partition("</title>")[0]
        )


@pytest.mark.parametrize("accent", ["lavender", "clay"])
def test_a_mail_keeps_numbers_and_sellers_whole_and_shows_the_color_of_the_cooperative(lot, accent):
    Cooperative.objects.update(accent=accent)
    lot.refresh_from_db()
    order = a_part(lot=lot, contact=a_contact(language="ar")).order
    [message] = OutboxMessage.objects.filter(kind=mails.ORDER_RECEIVED)
    html = mails.compose(message).html
    assert re.search(rf'<bdi class="code" style="white-space: nowrap;?">{order.number}</bdi>', html)
    assert html.count('<bdi lang="fr">') == 2
    [(style, name)] = re.findall(rf'<h2 class="accent-{accent}" style="([^"]+)">([^<]+)</h2>', html)
    assert color_of(accent) in style and name == "الخلية"


def test_mails_know_the_color_of_every_cooperative():
    rules = (settings.BASE_DIR / "templates/emails/base.html").read_text()
    for accent in Accent.values:
        assert f"h2.accent-{accent} {{ border-top-color: {color_of(accent)}; }}" in rules


def color_of(accent: str) -> str:
    tokens = (settings.BASE_DIR / "store/static/css/tokens.css").read_text()
    return re.search(rf"--{accent}: (#\w+);", tokens)[1]


def test_whatsapp_is_written_in_arabic_where_nothing_is_left(visitor):
    VariantFactory(product__sale__slug="fini", product__name_ar="عسل")
    page = visitor.get("/ar/boutique/fini/").content.decode()
    assert "استفسار عبر واتساب" in page.partition('class="alert"')[2].partition("</a>")[0]


def test_shelves_are_named_in_tamazight_where_the_word_is_known(visitor):
    hive = CategoryFactory(slug="ruche", name_ar="الخلية", name_zgh="ⵜⴰⵖⵔⴰⵙⵜ")
    CategoryFactory(slug="miels", name_ar="العسل", name_zgh="ⵜⴰⵎⵎⵏⵜ", parent=hive)
    CategoryFactory(slug="plantes", name_ar="النباتات")
    page = visitor.get("/ar/boutique/rayon/miels/").content.decode()
    title, shelves = (
        page.partition(f"<{tag}")[2].partition(f"</{end}>")[0]
        for tag, end in (("h1>", "h1"), ('nav class="shelves', "nav"))
    )
    assert title == 'العسل <span class="zgh" lang="zgh">ⵜⴰⵎⵎⵏⵜ</span>'
    named = dict(re.findall(r'>([^<>]+?)(?: <span class="zgh" lang="zgh">(\w+)</span>)?</a>', shelves)[1:])
    assert named == {"الخلية": "ⵜⴰⵖⵔⴰⵙⵜ", "العسل": "ⵜⴰⵎⵎⵏⵜ", "النباتات": ""}
