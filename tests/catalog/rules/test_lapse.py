"""Evidence that ended takes its products off sale after the time of grace, and brings them back when it is renewed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from catalog.evidence import actions as evidence
from catalog.models import Evidence, ProductSale, Requirement, Use
from catalog.rules.lapse import LAPSED, RENEWED, look_again
from catalog.rules.models import Need
from tests.factories import CooperativeFactory, ProductFactory, an_evidence

pytestmark = pytest.mark.django_db
GRACE = 14


def a_honey(cooperative, **fields):
    return ProductFactory(sale__cooperative=cooperative, **fields)


def on_sale() -> set[int]:
    return set(ProductSale.objects.on_sale().values_list("product", flat=True))


def test_it_stays_on_sale_through_the_days_of_grace_and_goes_with_the_next():
    cooperative = CooperativeFactory()
    honey = a_honey(cooperative)
    an_evidence(cooperative, days=-GRACE)
    assert (look_again(), on_sale()) == (0, {honey.pk})
    assert look_again(now=timezone.now() + timedelta(days=1)) == 1
    assert on_sale() == set()
    assert ModelLogEntry.objects.filter(action=LAPSED).count() == 1
    assert not ProductSale.objects.get().is_on_sale


def test_it_happens_once_however_often_the_clock_asks():
    cooperative = CooperativeFactory()
    a_honey(cooperative)
    an_evidence(cooperative, days=-GRACE - 1)
    look_again()
    since = ProductSale.objects.get().lapsed_at
    assert look_again(now=timezone.now() + timedelta(hours=1)) == 0
    assert (ProductSale.objects.get().lapsed_at, since is None) == (since, False)


def test_the_document_that_renews_it_puts_it_back_as_soon_as_it_is_accepted():
    cooperative = CooperativeFactory()
    honey = a_honey(cooperative)
    an_evidence(cooperative, days=-GRACE - 1)
    look_again()
    newer = an_evidence(cooperative, waits=True)
    assert look_again() == 0 and on_sale() == set()
    evidence.accept(newer, by=None)
    assert on_sale() == {honey.pk}
    assert ModelLogEntry.objects.filter(action=RENEWED).count() == 1


def test_what_never_had_evidence_and_what_no_rule_asks_of_stay_on_sale():
    without, cooperative = a_honey(CooperativeFactory()), CooperativeFactory()
    an_evidence(cooperative, days=-GRACE - 1)
    candle = a_honey(cooperative, sale__use=Use.AROMA)
    a_honey(cooperative)
    look_again()
    assert on_sale() == {without.pk, candle.pk}


def test_only_the_product_that_a_document_is_about_goes():
    cooperative = CooperativeFactory()
    first, second = a_honey(cooperative), a_honey(cooperative)
    an_evidence(cooperative, product=first, days=-GRACE - 1)
    look_again()
    assert on_sale() == {second.pk}
    an_evidence(cooperative)  # one for all that it sells
    assert on_sale() == {first.pk, second.pk}


def test_taking_the_rule_away_puts_it_back():
    cooperative = CooperativeFactory()
    honey = a_honey(cooperative)
    an_evidence(cooperative, days=-GRACE - 1)
    look_again()
    Requirement.objects.filter(need=Need.SANITARY).delete()
    look_again()
    assert on_sale() == {honey.pk}


def test_a_document_that_is_refused_at_first_takes_nothing_off_sale():
    cooperative = CooperativeFactory()
    honey = a_honey(cooperative)
    evidence.refuse(an_evidence(cooperative, waits=True), because="Not theirs.", by=None)
    assert on_sale() == {honey.pk} and not Evidence.objects.accepted().exists()


def test_what_stood_on_a_document_that_counts_no_longer_goes_off_sale_until_there_is_another():
    cooperative = CooperativeFactory()
    honey = a_honey(cooperative)
    forged = an_evidence(cooperative)
    evidence.refuse(forged, because="Forged.", by=None)
    assert on_sale() == set()
    an_evidence(cooperative)
    assert on_sale() == {honey.pk}


def test_refusing_what_has_ended_puts_nothing_back_on_sale():
    cooperative = CooperativeFactory()
    a_honey(cooperative)
    late = an_evidence(cooperative, days=-GRACE - 1)
    look_again()
    evidence.refuse(late, because="Forged.", by=None)
    assert on_sale() == set()
