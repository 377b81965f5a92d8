"""What the pages about cards share: names of providers, amounts in a card's currency, and failures in words."""

from decimal import Decimal

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from catalog.money import format_money

from ...ledger.queries import held_by_providers
from ...payments.bank import MoneyTask
from ...payments.cards import CardRefund, PaymentAttempt, PaymentEvent
from ...payments.methods import CARDS
from ...payments.providers.base import ProviderDown, ProviderRefused
from ...refunds.models import Refund

#: As staff know them from their contracts; buyers read the label of the way to pay.
NAMES = {"stripe": "Stripe", "cmi": "CMI"}


def provider_name(code: str) -> str:
    return NAMES.get(code, code)


def provider_choices() -> list[tuple[str, str]]:
    return [(code, provider_name(code)) for code in CARDS]


def held_shown() -> list[tuple[str, Decimal]]:
    """What each provider holds for the shop, by its name."""
    return [(provider_name(code), amount) for code, amount in held_by_providers()]


def charged_text(row: PaymentAttempt | CardRefund, currency: str) -> str:
    """What a card was charged, or gets back, in its currency."""
    return f"{format_money(row.charged, currency=False)}\xa0{currency}"


def short(rate: Decimal) -> Decimal:
    """Without the zeros at its end."""
    return Decimal(f"{rate:.6f}".rstrip("0").rstrip("."))


def rate_text(rate: Decimal) -> str:
    return number_format(short(rate))


def worded(error: Exception) -> str:
    """What an expected failure of a provider tells to staff."""
    if isinstance(error, ProviderRefused):
        return _("The provider says no: %(code)s.") % {"code": error.code}
    return _("The provider does not answer at this moment. Nothing has changed; it is asked again by itself.")


EXPECTED = (ProviderDown, ProviderRefused)


def attempt_url(attempt: PaymentAttempt) -> str:
    return reverse("card-payments:inspect", args=[attempt.pk])


def page_of(card_refund: CardRefund) -> str:
    """Where somebody follows it: with its refund, with the money that was not needed, or with its payment."""
    if card_refund.refund:
        return reverse("refunds:inspect", args=[card_refund.refund.part_id])
    if card_refund.task_id:
        return reverse("money-tasks:inspect", args=[card_refund.task_id])
    return attempt_url(card_refund.attempt)


def event_status(event: PaymentEvent) -> str:
    if event.done_at is None:
        return _("tried in vain") if event.tries else _("to be applied")
    if event.is_foreign:
        return _("of another shop")
    return _("not accepted") if event.error else _("applied")


def error_of(event: PaymentEvent) -> str:
    """Why it is not applied, in words where we have any; the name of the failure is for whoever reads the log."""
    kind, _colon, said = event.error.partition(": ")
    if kind == ProviderDown.__name__:
        return _("The provider did not answer.")
    return _("The provider says no: %(code)s.") % {"code": said} if kind == ProviderRefused.__name__ else event.error


def card_refund_of(row: MoneyTask | Refund) -> CardRefund | None:
    """By which a surplus, or what is owed for a part, goes back to its card."""
    return getattr(row, "card_refund", None)
