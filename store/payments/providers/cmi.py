"""CMI's page for Moroccan cards: a signed form that goes there, signed callbacks that come back, version 3 of its hash.

CMI publishes no description; what is here was read from its sample code and checked against PHP's own sorting. Refunds are made
by hand in its Merchant Center, and it cannot be asked how a payment stands.

The hash covers the values and not the names: whoever has a signed form can give its values other names, as long as their order
stays. So nothing that a buyer typed may be read as an amount, a currency, a code or the number of a try (`a_name`).
"""

import base64
import hashlib
import hmac
import html
import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from django.conf import settings

from .base import Bill, Event, Forged, Form, ProviderRefused, RefundState, State, Told, Unreadable

#: Currencies by number, as ISO 4217 has them.
NUMBERS = {"MAD": "504", "EUR": "978", "USD": "840", "GBP": "826"}
#: Not signed, in any case of their letters.
UNSIGNED = {"hash", "encoding"}
PAID = "00"
LONGEST = 200
_PIECES = re.compile(r"\d+|\D+")
_BREAKS = re.compile(r"\s+")


def hash_ver3(fields: Mapping[str, str], store_key: str) -> str:
    """The values in the natural order of their names, whatever the case, joined with the store's key: base64 of SHA-512."""
    names = sorted((name for name in fields if name.lower() not in UNSIGNED), key=_natural)
    text = "|".join(_escaped(value) for value in [*(fields[name].strip() for name in names), store_key])
    return base64.b64encode(hashlib.sha512(text.encode()).digest()).decode()


def _natural(name: str) -> list[tuple[int, int, str]]:
    """BillToStreet2 before BillToStreet12; a number of any length, because anybody can send one."""
    return [_piece(piece) for piece in _PIECES.findall(name.lower())]


def _piece(piece: str) -> tuple[int, int, str]:
    if not (piece.isascii() and piece.isdigit()):
        return 1, 0, piece
    digits = piece.lstrip("0")
    return 0, len(digits), digits


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("|", "\\|")


class Cmi:
    code = "cmi"
    asks_back = False
    refunds_itself = False
    rests = False

    @property
    def is_there(self) -> bool:
        return bool(settings.CMI_CLIENT_ID and settings.CMI_STORE_KEY)

    def start(self, bill: Bill) -> Form:
        site = urlsplit(bill.return_url)
        fields = {
            "clientid": settings.CMI_CLIENT_ID,
            "oid": bill.key,
            "amount": f"{bill.amount:.2f}",
            "currency": NUMBERS[bill.currency],
            "okUrl": bill.return_url,
            "failUrl": bill.return_url,
            "callbackUrl": bill.callback_url,
            "shopurl": f"{site.scheme}://{site.netloc}/",
            "storetype": "3D_PAY_HOSTING",
            # The money is kept; our answer to the callback has it taken, or let go.
            "TranType": "PreAuth",
            "lang": bill.language,
            "rnd": secrets.token_hex(10),
            "hashAlgorithm": "ver3",
            "encoding": "UTF-8",
            "BillToName": a_name(bill.name),
            "email": bill.email,
            "tel": bill.phone,
            "AutoRedirect": "false",
        }
        fields = {name: one_line(value) for name, value in fields.items() if value}
        return Form(settings.CMI_PAGE, {**fields, "HASH": hash_ver3(fields, settings.CMI_STORE_KEY)})

    def read_callback(self, sent: Mapping[str, str]) -> tuple[Event, State]:
        """What a callback says of a try, where CMI has signed it.

        Raises:
            Forged, Unreadable: see there.
        """
        if len(sent) > 100 or not sent.get("oid"):
            raise Unreadable
        # Two names that differ in their capitals alone would leave open which of them CMI meant.
        if any(sum(name.lower() == read.lower() for name in sent) > 1 for read in _READ):
            raise Unreadable
        fields = {name: _unescaped(value) for name, value in sent.items()}
        signature = next((value for name, value in fields.items() if name.lower() == "hash"), "")
        expected = hash_ver3(fields, settings.CMI_STORE_KEY)
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()):
            raise Forged
        if fields.get("clientid") != settings.CMI_CLIENT_ID:
            raise Forged
        code = _word(fields.get("ProcReturnCode", ""))[:10]
        currency = next((name for name, number in NUMBERS.items() if number == fields.get("currency")), "")
        paid = State(
            Told.PAID,
            amount=_amount(fields.get("amount", "")),
            currency=currency,
            payment=_word(fields.get("TransId", "")),
        )
        state = paid if code == PAID else State(Told.FAILED, because=code or "no code")
        # Told again, it is the same in every field.
        digest = hashlib.sha256(expected.encode()).hexdigest()[:24]
        event = Event(
            id=f"{_word(fields['oid'])[:90]}:{digest}",
            type=f"callback {code or '–'}",
            at=datetime.now(UTC),
            key=_word(fields["oid"])[:40],
            payment=_word(fields.get("TransId", "")),
            payload={name: _word(fields[name]) for name in _KEPT if name in fields},
        )
        return event, state

    # -- What CMI does not do for us -----------------------------------------------------------------------------------

    def look(self, reference: str, *, refunds: bool = False) -> State:
        raise ProviderRefused("not_supported")

    def end(self, reference: str) -> State:
        raise ProviderRefused("not_supported")

    def refund(self, payment: str, amount: Decimal, currency: str, *, key: str) -> RefundState:
        raise ProviderRefused("not_supported")

    def read(self, body: bytes, signature: str) -> Event:
        raise Unreadable

    def key_of(self, payment: str) -> str:
        return ""

    def events_since(self, at: datetime) -> Iterator[Event]:
        return iter(())


#: What is believed of a callback.
_READ = ("clientid", "oid", "amount", "currency", "ProcReturnCode", "TransId")
#: What is kept of a callback: nothing of a person, nothing of a card.
_KEPT = ("oid", "amount", "currency", "ProcReturnCode", "Response", "TransId", "mdStatus", "ErrCode")


def one_line(value: str) -> str:
    """As it is signed and sent: no line breaks, no marks that HTML has to write in another way, not too long."""
    return _BREAKS.sub(" ", re.sub(r"[<>\"&\0]", " ", value)).strip()[:LONGEST]


def a_name(value: str) -> str:
    """Without digits: somebody called 1.00 could else pay that, by giving the name to CMI as the amount."""
    return "".join(letter for letter in value if not letter.isdigit())


def _unescaped(value: str) -> str:
    """As CMI's own sample reads a value; an entity whose number has no end is left as it is."""
    value = value.removesuffix("\n").removesuffix("\r")
    try:
        return html.unescape(value)
    except ValueError:
        return value


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text).quantize(Decimal("0.01")) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", text) else None
    except InvalidOperation:
        return None


def _word(value: str) -> str:
    return value[:120].replace("\0", "")
