"""What money for an order comes to, said of figures alone: a dry run and the import ask the same."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.money import ZERO


class Outcome(models.TextChoices):
    PAYS = "pays", _("pays the order")
    PAYS_LATE = "pays_late", _("late: pays what is still in stock")
    TOO_LITTLE = "too_little", _("too little: waits for the rest")
    PAID_TWICE = "paid_twice", _("paid twice: to be given back")
    CANCELED = "canceled", _("for an order that is canceled: to be given back")


@dataclass(frozen=True)
class Standing:
    """How an order stands with its money, in dirhams."""

    is_paid: bool
    #: What its open parts cost, and those that lapsed because no money came.
    open: Decimal
    lapsed: Decimal
    #: Came before and was too little.
    waiting: Decimal = ZERO


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    #: What pays the order if everything that lapsed is still in stock, and what is left of the money.
    applied: Decimal
    surplus: Decimal
    then: Standing


def judge(standing: Standing, amount: Decimal) -> Verdict:
    """What becomes of so much money. Whatever it pays, it pays whole parts, never pieces of them."""
    if standing.is_paid:
        return Verdict(Outcome.PAID_TWICE, ZERO, amount, standing)
    money = amount + standing.waiting
    everything = standing.open + standing.lapsed
    if not everything:
        return Verdict(Outcome.CANCELED, ZERO, amount, standing)
    for price, outcome in (
        (everything, Outcome.PAYS_LATE if standing.lapsed else Outcome.PAYS),
        (standing.open, Outcome.PAYS),
    ):
        if price and money >= price:
            return Verdict(outcome, price, money - price, Standing(is_paid=True, open=price, lapsed=ZERO))
    return Verdict(Outcome.TOO_LITTLE, ZERO, amount, replace(standing, waiting=money))
