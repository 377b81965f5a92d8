"""What the shop says to a provider of card payments, and what it hears from one. Figures and words alone: no tables."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class ProviderDown(Exception):
    """No answer, or none that can be read. Whatever was asked may be done: it is asked again with the same key."""


class StillAtIt(ProviderDown):
    """It answers: the same was asked for a moment ago, and it is at it."""


class NotAllowed(ProviderDown):
    """It answers: our key may not ask this. It is asked again, because only somebody here can change that."""


class ProviderRefused(Exception):
    """The provider understood and says no; `code` is its own word for why. Asking again changes nothing."""

    def __init__(self, code: str, message: str = ""):
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code


class Forged(Exception):
    """A callback that the provider did not sign, or signed too long ago."""


class Unreadable(Exception):
    """A callback that says nothing that can be understood."""


class ForeignMode(Exception):
    """A callback of a test account that reached a real shop, or the other way round."""


@dataclass(frozen=True)
class Item:
    """A line of a bill; its amount is that of all its units, in the bill's currency."""

    name: str
    amount: Decimal


@dataclass(frozen=True)
class Bill:
    """What a buyer is to pay. Its items add up to `amount`; asked for twice with the same `key`, it is the same payment."""

    #: Of this attempt to pay, ours.
    key: str
    order_number: str
    #: `fr`, `ar` or `en`.
    language: str
    name: str
    email: str
    phone: str
    #: In `currency`, with two places.
    amount: Decimal
    #: Three capital letters, as ISO 4217 has them.
    currency: str
    items: tuple[Item, ...]
    #: The page of the provider takes nothing after it.
    expires_at: datetime
    #: Addresses of ours for the buyer's browser: after paying, and after giving up.
    return_url: str
    cancel_url: str
    #: Address of ours for the provider's server; for those that ask for one with each payment.
    callback_url: str = ""


@dataclass(frozen=True)
class Redirect:
    """The buyer pays at `url`; `reference` is the provider's name for this attempt."""

    url: str
    reference: str


@dataclass(frozen=True)
class Form:
    """The buyer's browser sends these fields to `action`, with a button."""

    action: str
    fields: dict[str, str]


class Told(StrEnum):
    """How an attempt to pay stands with its provider."""

    OPEN = "open"
    #: The buyer has done all, the money is not there yet.
    WAITING = "waiting"
    PAID = "paid"
    FAILED = "failed"


class RefundTold(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class DisputeTold(StrEnum):
    """How a dispute stands: an inquiry takes no money, an open one took it, a won one brought it back."""

    INQUIRY = "inquiry"
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True)
class RefundState:
    """Money that went back to the card."""

    reference: str
    #: In `currency`.
    amount: Decimal
    currency: str
    status: RefundTold
    #: The key with which we asked for it; empty where somebody did it at the provider.
    key: str = ""


@dataclass(frozen=True)
class DisputeState:
    """The buyer's bank asks for the money back."""

    reference: str
    amount: Decimal
    currency: str
    status: DisputeTold
    reason: str = ""
    #: The provider has taken the money off our balance, and not given it back.
    is_withdrawn: bool = False
    #: How often it took the money or gave it back; of two answers that overtook each other, fewer are older.
    moves: int = 0
    #: Until when the provider wants an answer.
    answer_by: datetime | None = None


@dataclass(frozen=True)
class State:
    """All that a provider says of an attempt at one moment, read anew and never taken from an event."""

    status: Told
    #: What came, in `currency`.
    amount: Decimal | None = None
    currency: str = ""
    #: The provider's name for the payment itself, by which money goes back.
    payment: str = ""
    #: What the provider kept, in `fee_currency`; None where it does not say.
    fee: Decimal | None = None
    fee_currency: str = ""
    refunds: tuple[RefundState, ...] = ()
    disputes: tuple[DisputeState, ...] = ()
    #: Why it failed, in the provider's word, for staff.
    because: str = ""


@dataclass(frozen=True)
class Event:
    """A callback: something happened. It names the attempt in one of three ways, and says nothing that is believed."""

    id: str
    type: str
    at: datetime
    #: The provider's name for the attempt, its name for the payment, and our key; empty where the event has none.
    reference: str = ""
    payment: str = ""
    key: str = ""
    #: What was sent, without people's data, for staff to look at.
    payload: dict = field(default_factory=dict)


class Provider(Protocol):
    """Every verb asks the network: never within a transaction. Each raises `ProviderDown` or `ProviderRefused`."""

    @property
    def code(self) -> str: ...

    #: It can be asked how a try stands and to end it; else its callbacks alone say so.
    asks_back: bool
    #: It sends money back to a card when we say so; else staff do it there by hand.
    refunds_itself: bool

    @property
    def is_there(self) -> bool:
        """The shop has a contract with it: its keys are set."""
        ...

    @property
    def rests(self) -> bool:
        """It did not answer of late, and is left alone for a moment."""
        ...

    def start(self, bill: Bill) -> Redirect | Form:
        """Open a page where the bill is paid; the same key gives the same page."""
        ...

    def look(self, reference: str, *, refunds: bool = False) -> State:
        """How the attempt stands now; `refunds`: money was sent back before, perhaps in vain, and is asked about too."""
        ...

    def end(self, reference: str) -> State:
        """Close the page, if nobody has paid there; how the attempt stands then."""
        ...

    def refund(self, payment: str, amount: Decimal, currency: str, *, key: str) -> RefundState:
        """Send so much of a payment back to the card; the same key sends it once."""
        ...

    def read(self, body: bytes, signature: str) -> Event:
        """What a callback says.

        Raises:
            Forged, Unreadable, ForeignMode: see there.
        """
        ...

    def key_of(self, payment: str) -> str:
        """Our key of the attempt that a payment belongs to; empty where it is not ours."""
        ...

    def events_since(self, at: datetime) -> Iterable[Event]:
        """What it told, or tried to tell, since; oldest first."""
        ...
