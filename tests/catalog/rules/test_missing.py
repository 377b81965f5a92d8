"""A product goes live when it has what its use asks for; until then it says what is missing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.formats import date_format

from catalog.evidence import actions as evidence
from catalog.models import Product, ProductSale, Requirement, Use, Variant
from catalog.products import models as products
from catalog.rules.missing import NotReady, Place, missing
from catalog.rules.models import Need
from catalog.rules.starting_list import STARTING_LIST
from tests.factories import CooperativeFactory, ProductFactory, VariantFactory, a_finished_product, an_evidence

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def publish(product: Product) -> Product:
    product.save_revision().publish()
    return Product.objects.get(pk=product.pk)


def told(product: Product) -> list[str]:
    return [line.text for line in missing(product)]


def test_the_shop_begins_with_rules_for_each_use():
    assert set(STARTING_LIST) == set(Use.values)
    assert Requirement.objects.count() == sum(map(len, STARTING_LIST.values()))


def test_an_empty_food_is_told_all_that_it_lacks_and_where_it_is_put_right():
    lines = missing(ProductFactory(live=False))
    assert [(line.code, line.place) for line in lines] == [
        (Need.COMPOSITION, Place.WORDS),
        (Need.ADVICE, Place.WORDS),
        (Need.NET_CONTENT, Place.SIZES),
        (Need.SANITARY, Place.EVIDENCE),
    ]
    assert lines[0].text == "Ingredients and allergens: write them in Français · العربية"
    assert lines[3].text == "Sanitary approval or authorization (ONSSA): send it with its number"


def test_what_is_missing_is_said_in_the_language_of_its_reader():
    product = ProductFactory(live=False)
    in_english = told(product)
    with translation.override("fr"):
        assert told(product)[0].startswith("Ingrédients et allergènes") and told(product) != in_english


def test_a_text_in_one_language_alone_is_asked_for_in_the_other():
    product = a_finished_product(composition_ar="  ")
    assert told(product)[0] == "Ingredients and allergens: write them in العربية"


def test_pieces_and_retired_sizes_are_no_net_weight():
    product = a_finished_product()
    Variant.objects.update(is_active=False)
    VariantFactory(product=product, unit="piece", size=1)
    assert Need.NET_CONTENT in {line.code for line in missing(product)}


def test_a_food_with_all_of_it_goes_live():
    product = a_finished_product()
    an_evidence(product.sale.cooperative)
    assert missing(product) == []
    assert publish(product).live


def test_without_its_approval_it_stays_a_draft_whoever_publishes():
    product = a_finished_product()
    with pytest.raises(NotReady) as refusal:
        publish(product)
    assert [line.code for line in refusal.value.lines] == [Need.SANITARY]
    assert not Product.objects.get().live


def test_the_control_without_the_rules_it_goes_live(monkeypatch):
    product = a_finished_product()
    monkeypatch.setattr(products.Product, "publish", products.DraftStateMixin.publish)
    assert publish(product).live


@pytest.mark.parametrize("days", [0, None])
def test_a_document_counts_until_its_last_day_or_without_an_end(days):
    product = a_finished_product()
    an_evidence(product.sale.cooperative, days=days)
    assert missing(product) == []


def test_what_was_sent_refused_or_ended_is_said_as_such():
    product = a_finished_product()
    seller = product.sale.cooperative
    name = "Sanitary approval or authorization (ONSSA)"
    an_evidence(seller, days=-1)
    ended = date_format(timezone.localdate() - timedelta(days=1))
    assert told(product) == [f"{name}: it ended on {ended}, send the new one"]
    newer = an_evidence(seller, waits=True)
    assert told(product) == [f"{name}: it was sent, the federation looks at it"]
    evidence.refuse(newer, because="Page 2 is missing.", by=None)
    assert told(product) == [f"{name}: it was refused. Page 2 is missing."]


def test_documents_of_other_cooperatives_products_and_kinds_do_not_count():
    product = a_finished_product()
    seller, other = product.sale.cooperative, ProductFactory(sale__cooperative=product.sale.cooperative)
    an_evidence(CooperativeFactory())
    an_evidence(seller, product=other)
    an_evidence(seller, kind="analysis")
    assert [line.code for line in missing(product)] == [Need.SANITARY]
    an_evidence(seller, product=product)
    assert missing(product) == []


def test_what_was_live_before_the_rules_can_be_corrected_and_gets_no_worse():
    product = ProductFactory(composition_fr="Miel", composition_ar="عسل", description_fr="Doux")
    product.description_fr = "Très doux"
    assert publish(product).description_fr == "Très doux"
    product.composition_ar = ""
    with pytest.raises(NotReady) as refusal:
        publish(product)
    assert [line.code for line in refusal.value.lines] == [Need.COMPOSITION]


def test_staff_change_the_rules_and_they_count_at_once():
    product = a_finished_product()
    Requirement.objects.filter(use=Use.FOOD, need=Need.SANITARY).delete()
    assert missing(product) == []
    Requirement.objects.create(use=Use.FOOD, need=Need.LATIN_NAME)
    assert told(product) == ["Botanical name: write it, as on the label"]


def test_a_rule_stands_once_and_asks_for_what_is_known():
    for use, need in [("food", "sanitary"), ("food", "blessing"), ("toys", "advice")]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Requirement.objects.create(use=use, need=need)


def test_it_asks_as_many_queries_for_many_documents_as_for_one():
    product, counts = a_finished_product(), []
    for number in (1, 4):
        for _ in range(number):
            an_evidence(product.sale.cooperative)
        with CaptureQueriesContext(connection) as asked:
            missing(Product.objects.get(pk=product.pk))
        counts.append(len(asked))
    assert counts == [5, 5]  # the product itself is one


def test_a_new_product_is_read_by_what_its_form_says():
    seller = CooperativeFactory()
    an_evidence(seller)
    new = Product(name_fr="Miel", composition_fr="Miel", composition_ar="عسل", advice_fr="Sec", advice_ar="جاف")
    assert [line.code for line in missing(new, use=Use.FOOD, cooperative=seller)] == [Need.NET_CONTENT]
    assert missing(new) == [] and not ProductSale.objects.exists()
