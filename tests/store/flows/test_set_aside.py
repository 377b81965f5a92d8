"""Money that came to the bank and is no order's: in the books from the first moment, and until somebody says how it ended."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from store.flows.import_statement import import_statement
from store.flows.invariants import check_invariants
from store.flows.reconcile import reconcile
from store.flows.set_aside import set_aside
from store.flows.statement import rows_of, totals_of
from store.flows.take_money import AlreadyMatched, match_by_hand
from store.ledger.models import Holder, Kind
from store.ledger.queries import balance, lines_of, owed_to_cooperative
from store.models import MoneyTask
from store.payments import tasks
from store.payments.bank import Ending
from store.payments.tasks import TaskEnded
from store.statuses import PartStatus
from tests.factories import a_bank_format, a_file, a_part, a_person, a_rate, a_transfer, money_comes

pytestmark = pytest.mark.django_db

D = Decimal


def books() -> dict[str, Decimal]:
    return {
        "bank": balance(lines_of(Holder.BANK)),
        "nobody's": balance(lines_of(Holder.PLATFORM, Kind.UNMATCHED)),
        "kept": balance(lines_of(Holder.PLATFORM, Kind.DIFFERENCE)),
    }


def end(ending: Ending, *, because: str = "VIR 7", **more) -> None:
    set_aside(MoneyTask.objects.get(), ending, because=because, by=a_person("amal"), **more)


def all_is_well() -> bool:
    return check_invariants() == [] and reconcile() == []


def test_money_that_nobody_can_place_is_at_the_bank_and_nobodys():
    money_comes("VIR AMINA", "205,00")

    assert books() == {"bank": D(205), "nobody's": D(-205), "kept": D(0)}
    assert all_is_well()


def test_once_it_is_matched_it_pays_its_order_and_came_once():
    order, line = a_transfer(), money_comes("VIR AMINA", "300,00")

    match_by_hand(line, order, by=a_person("amal"))

    assert books() == {"bank": D(300), "nobody's": D(0), "kept": D(0)}
    assert balance(lines_of(Holder.BUYER, Kind.REFUND_DUE)) == D(-95)
    assert all_is_well()


@pytest.mark.parametrize(
    ("ending", "bank", "kept"),
    [(Ending.SENT_BACK, D(0), D(0)), (Ending.TOLD_TWICE, D(0), D(0)), (Ending.KEPT, D(205), D(-205))],
)
def test_it_ends_where_somebody_says_that_it_went(ending, bank, kept):
    money_comes("VIR AMINA", "205,00")

    end(ending)

    assert books() == {"bank": bank, "nobody's": D(0), "kept": kept}
    assert all_is_well()


def test_a_cooperative_that_owes_pays_and_its_statement_says_so():
    # Its own parcel, of which it took all the cash: it owes the commission.
    a_rate(100)
    cooperative = a_part(PartStatus.DELIVERED).cooperative
    owes = -owed_to_cooperative(cooperative.pk)
    assert owes > 0
    money_comes("VIR COOPERATIVE", f"{owes:.2f}".replace(".", ","))

    end(Ending.PAID_BY_COOPERATIVE, cooperative=cooperative)

    assert owed_to_cooperative(cooperative.pk) == 0
    assert totals_of(rows_of(cooperative)).amount == 0
    assert [row.other for row in rows_of(cooperative) if row.act == "set_aside"] == [owes]
    assert all_is_well()


def test_a_cooperative_is_named_where_it_paid_and_nowhere_else():
    part = a_part(PartStatus.DELIVERED)
    money_comes("VIR", "5,00")

    for ending, cooperative in ((Ending.PAID_BY_COOPERATIVE, None), (Ending.KEPT, part.cooperative)):
        with pytest.raises(ValueError, match="cooperative"):
            end(ending, cooperative=cooperative)

    assert MoneyTask.objects.get().is_open and all_is_well()


def test_it_ends_once():
    order, line = a_transfer(), money_comes("VIR", "5,00")
    end(Ending.SENT_BACK)

    with pytest.raises(TaskEnded):
        end(Ending.KEPT)
    with pytest.raises(AlreadyMatched):
        match_by_hand(line, order, by=a_person("amal"))

    assert books()["bank"] == 0 and all_is_well()


def test_its_task_is_not_done_without_a_word_on_how_it_ended():
    money_comes("VIR", "5,00")

    with pytest.raises(ValueError, match="set aside"):
        tasks.finish(MoneyTask.objects.get(), because="Fait", by=a_person("amal"))
    with pytest.raises(ValueError, match="how"):
        end(Ending.KEPT, because=" ")
    with pytest.raises(IntegrityError), transaction.atomic():
        MoneyTask.objects.update(ending=Ending.KEPT)

    assert MoneyTask.objects.get().is_open and all_is_well()


def test_the_second_of_two_equal_lines_that_the_bank_told_twice_leaves_no_trace_at_the_bank():
    order = a_transfer()
    a_bank_format()
    import_statement(a_file(*[(order.number, "205,00")] * 2), file_name="a.csv")

    end(Ending.TOLD_TWICE, because="La banque l’a donné deux fois")

    assert books()["bank"] == D(205) and all_is_well()
