"""What the machine does not ask again has the same answer as before."""

import pytest
from django.db import connection, transaction

from catalog.models import Lot
from tests.asking import Asking
from tests.factories import LotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking():
    asking = Asking()
    with connection.execute_wrapper(asking):
        yield asking


def units(pk: int) -> int:
    return Lot.objects.values_list("on_hand", flat=True).get(pk=pk)


def test_a_question_is_asked_again_once_its_table_was_written_to(asking, django_assert_num_queries):
    lot = LotFactory(quantity=5)
    with django_assert_num_queries(1):
        assert [asking.answer(units, lot.pk) for _ in range(3)] == [5, 5, 5]

    Lot.objects.filter(pk=lot.pk).update(on_hand=7)

    assert asking.answer(units, lot.pk) == 7


def test_what_was_asked_before_is_asked_word_for_word_and_the_question_only_where_other_rows_come(asking):
    lot, other = LotFactory(quantity=5), LotFactory(quantity=3)
    times = []

    def counted(pk: int) -> int:
        times.append(pk)
        return units(pk)

    assert asking.answer(counted, lot.pk) == 5
    Lot.objects.filter(pk=other.pk).update(on_hand=4)
    assert asking.answer(counted, lot.pk) == 5
    assert len(times) == 1

    Lot.objects.filter(pk=lot.pk).update(on_hand=7)
    assert asking.answer(counted, lot.pk) == 7
    assert len(times) == 2


def test_a_question_is_asked_again_after_what_was_written_has_been_taken_back(asking):
    lot = LotFactory(quantity=5)
    with transaction.atomic():
        Lot.objects.filter(pk=lot.pk).update(on_hand=7)
        assert asking.answer(units, lot.pk) == 7
        transaction.set_rollback(True)

    assert asking.answer(units, lot.pk) == 5
