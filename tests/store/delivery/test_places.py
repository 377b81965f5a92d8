import pytest

from catalog.text_folding import fold
from store.delivery.places import MOST, communes_matching, the_commune
from store.models import Commune, Region

pytestmark = pytest.mark.django_db


def test_the_census_is_there_with_names_in_french_and_arabic():
    assert (Region.objects.count(), Commune.objects.count()) == (12, 1503)
    assert not Commune.objects.filter(name_fr__in=["", None]).exists()
    assert not Commune.objects.filter(name_ar__in=["", None]).exists()
    assert not Commune.objects.filter(search_text="").exists()


@pytest.mark.parametrize("written", ["Toulal", "toulal", " TOULAL ", "تولال"])
def test_a_commune_is_found_as_people_write_it(written):
    assert communes_matching(written)[0].name_fr == "Toulal"
    assert the_commune(written).name_fr == "Toulal"


@pytest.mark.parametrize("written", ["Meknès", "meknes", "مكناس"])
def test_exact_names_come_first_then_those_that_begin_so_then_those_of_the_province(written):
    found = communes_matching(written)

    assert fold("Meknès") in fold(found[0].name_fr)
    assert len(found) <= MOST


@pytest.mark.parametrize("nonsense", ["", "m", "%%", "x" * 500, "\x00\x00\x00", "zzzzzz"])
def test_nonsense_finds_nothing(nonsense):
    assert communes_matching(nonsense) == []
    assert the_commune(nonsense) is None


def test_a_name_that_several_communes_bear_names_none():
    twins = Commune.objects.order_by("code")[:2]
    Commune.objects.filter(pk__in=[twin.pk for twin in twins]).update(name_fr="Jumelle", search_text="jumelle")

    assert len(communes_matching("Jumelle")) == 2
    assert the_commune("Jumelle") is None


def test_a_search_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert communes_matching("sidi")[0].province.region.name
