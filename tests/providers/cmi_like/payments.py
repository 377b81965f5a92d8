"""CMI's side of a payment: tries of the buyer, each told to the shop's server, whose answer decides on the capture."""

import secrets
import threading
from collections.abc import Callable
from html import escape
from urllib.parse import urlencode

from ..callbacks import NotHere, check_address
from .hashing import is_signed, signature

NEEDED = ("clientid", "oid", "amount", "currency", "okurl", "failurl", "callbackurl", "storetype", "rnd", "hash")
#: What the shop's answer makes of a payment that the bank accepted.
CAPTURED, AUTHORISED, VOIDED = "captured", "authorised", "voided"


class CmiError(Exception):
    """CMI shows an error instead of its page."""


class Cmi:
    def __init__(self, store_key: str, client_id: str, post: Callable[..., tuple[int, str]]):
        self.store_key = store_key
        self.client_id = client_id
        self.post = post
        self.lock = threading.RLock()
        #: How often each callback is sent: 0 loses it, 2 sends it twice.
        self.copies = 1
        #: Send values with entities and a line break at their end, as CMI's sample expects them.
        self.awkward = False
        self.reset()

    def reset(self) -> None:
        with self.lock:
            #: By the token in the page's address.
            self.visits: dict[str, dict] = {}
            #: Every callback and what the shop answered.
            self.calls: list[dict] = []
            self.is_changed = True

    def open(self, fields: dict[str, str]) -> str:
        """A buyer arrives with the shop's form; the token of the page.

        Raises:
            CmiError
        """
        names = {name.lower() for name in fields}
        if lacking := [name for name in NEEDED if name not in names]:
            raise CmiError(f"Missing: {', '.join(lacking)}")
        if not is_signed(fields, self.store_key):
            raise CmiError("3D-1004: hash")
        if self.value(fields, "clientid") != self.client_id:
            raise CmiError("3D-1001: clientid")
        try:
            check_address(self.value(fields, "callbackurl"))
        except NotHere as error:
            raise CmiError(str(error)) from error
        with self.lock:
            token = secrets.token_urlsafe(24)
            self.visits[token] = {"fields": dict(fields), "status": "open", "refusals": 0, "result": {}}
            self.is_changed = True
            return token

    @staticmethod
    def value(fields: dict[str, str], name: str) -> str:
        """Names differ in their capitals from one integration to the next."""
        return next((value.strip() for key, value in fields.items() if key.lower() == name.lower()), "")

    def find(self, reference: str) -> dict:
        """A visit by its token, or the last one of an `oid`."""
        with self.lock:
            if reference in self.visits:
                return self.visits[reference]
            for visit in reversed(self.visits.values()):
                if self.value(visit["fields"], "oid") == reference:
                    return visit
        raise CmiError(f"No visit: {reference}")

    def is_paid(self, oid: str) -> bool:
        with self.lock:
            return any(
                visit["status"] in {CAPTURED, AUTHORISED} and self.value(visit["fields"], "oid") == oid
                for visit in self.visits.values()
            )

    # -- What a buyer does ---------------------------------------------------------------------------------------------

    def refuse(self, reference: str) -> str:
        """The bank refuses this try; the page stays open. What the shop answered."""
        visit = self.begin(reference)
        answer = self.call(visit, {"ProcReturnCode": "05", "Response": "Declined", "ErrMsg": "Do not honour"})
        with self.lock:
            visit["status"] = "open"
            visit["refusals"] += 1
        return answer

    def pay(self, reference: str) -> str:
        """The bank accepts; what the shop answered decides whether the money is taken."""
        visit = self.begin(reference)
        answer = self.call(visit, {"ProcReturnCode": "00", "Response": "Approved", "ErrMsg": ""})
        with self.lock:
            visit["status"] = {"ACTION=POSTAUTH": CAPTURED, "FAILURE": VOIDED}.get(answer, AUTHORISED)
            self.is_changed = True
        return answer

    def begin(self, reference: str) -> dict:
        with self.lock:
            visit = self.find(reference)
            if visit["status"] != "open" or self.is_paid(self.value(visit["fields"], "oid")):
                raise CmiError("This order is paid already." if visit["status"] != "asking" else "One moment.")
            visit["status"] = "asking"  # the button pressed twice asks the bank once
            return visit

    # -- What the shop hears -------------------------------------------------------------------------------------------

    def signed(self, fields: dict[str, str]) -> dict[str, str]:
        """All but a former hash, with CMI's own."""
        fields = {name: value for name, value in fields.items() if name.lower() != "hash"}
        return {**fields, "HASH": signature(fields, self.store_key)}

    def call(self, visit: dict, outcome: dict[str, str]) -> str:
        """Tell the shop's server; its answer, empty where there was none."""
        is_good = outcome["ProcReturnCode"] == "00"
        visit["result"] = self.signed(
            {
                **{name: value.strip() for name, value in visit["fields"].items()},
                **outcome,
                "TransId": secrets.token_hex(8),
                "AuthCode": f"{secrets.randbelow(10**6):06}" if is_good else "",
                "mdStatus": "1" if is_good else "0",
                "HostRefNum": f"{secrets.randbelow(10**12):012}",
                "maskedCreditCard": "4000 00** **** 0010",
            }
        )
        answer = ""
        for _ in range(self.copies):
            answer = self.send(visit["result"]) or answer
        return answer

    def call_again(self, reference: str) -> str:
        """The same callback once more; what the shop answered to it."""
        return self.send(self.find(reference)["result"])

    def send(self, fields: dict[str, str]) -> str:
        if self.awkward:
            fields = {name: escape(value) + "\n" for name, value in fields.items()}
        status, answer = self.post(
            self.value(fields, "callbackurl"),
            urlencode(fields).encode(),
            {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"},
        )
        with self.lock:
            self.calls.append(
                {
                    "oid": self.value(fields, "oid"),
                    "code": fields["ProcReturnCode"].strip(),
                    "status": status,
                    "answer": answer[:200],
                }
            )
            self.is_changed = True
        return answer.strip() if status == 200 else ""
