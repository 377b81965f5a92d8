"""What a test or a demonstration brings about: buyers, banks, the dashboard, disturbed callbacks, failing calls, time.

Every verb takes and gives what JSON can hold, so that `POST /_control/VERB` does the same from another process.
"""

from .callbacks import Callbacks, Disturbance, check_address
from .cmi_like.payments import Cmi
from .mishaps import Mishaps
from .stripe_like import page, payments, refunds, sessions
from .stripe_like.account import Account, new_id


class Control:
    account: Account
    callbacks: Callbacks
    mishaps: Mishaps
    cmi: Cmi

    # -- Finding -------------------------------------------------------------------------------------------------------

    def session(self, reference: str = "") -> dict:
        """A session as it is now, by its id, its payment's, or the shop's reference; without one, the newest."""
        with self.account.lock:
            for each in reversed(self.account.all("checkout.session")):
                if reference in ("", each["id"], each["payment_intent"], each["client_reference_id"]):
                    return each
        raise LookupError(f"No session: {reference}")

    def charge(self, reference: str = "") -> dict:
        """The last charge of a session."""
        with self.account.lock:
            intent = self.account.objects[self.session(reference)["payment_intent"]]
            return self.account.objects[intent["latest_charge"]]

    def newest(self, kind: str, id: str = "") -> dict:
        """An object by its id, or the newest of its kind."""
        with self.account.lock:
            return self.account.get(kind, id) if id else self.account.all(kind)[-1]

    # -- A buyer and a bank --------------------------------------------------------------------------------------------

    def pay(self, session: str = "", card: str = payments.SUCCESS) -> str:
        """Type a card's number on the session's page: `paid`, `declined` or `secure`."""
        with self.account.lock:
            return page.pay(self.account, self.session(session), card)

    def decline(self, session: str = "") -> str:
        return self.pay(session, payments.DECLINED)

    def answer_bank(self, session: str = "", accepts: bool = True) -> str:
        """After `secure`: the buyer's answer to the bank's question."""
        with self.account.lock:
            return payments.answer_bank(self.account, self.session(session), accepts=accepts)

    def pay_later(self, session: str = "") -> None:
        """Complete the session with a method whose money takes days."""
        with self.account.lock:
            payments.pay_later(self.account, self.session(session))

    def come_later(self, session: str = "", succeeds: bool = True) -> None:
        """That money came, or did not."""
        with self.account.lock:
            payments.come_later(self.account, self.session(session), succeeds=succeeds)

    # -- The dashboard -------------------------------------------------------------------------------------------------

    def expire(self, session: str = "") -> None:
        with self.account.lock:
            sessions.expire(self.account, self.session(session)["id"])

    def refund(self, session: str = "", amount: int | None = None, status: str = "succeeded") -> dict:
        """Somebody refunds by hand, all that is left or `amount` centimes; `pending` where the money takes its time."""
        with self.account.lock:
            params = {"charge": self.charge(session)["id"]} | ({} if amount is None else {"amount": amount})
            return refunds.create(self.account, params, status)

    def refunds_wait(self, status: str = "pending") -> None:
        """Refunds that the shop asks for from now on begin so; `succeeded` again ends it."""
        self.account.refund_status = status

    def settle_refund(self, refund: str = "", status: str = "succeeded") -> dict:
        """A pending refund `succeeded`; or it, or one that had succeeded, `failed`."""
        with self.account.lock:
            found = self.newest("refund", refund)
            refunds.settle(self.account, found, status)
            return found

    def dispute(
        self,
        session: str = "",
        amount: int | None = None,
        reason: str = "fraudulent",
        inquiry: bool = False,
        withdraws: bool = True,
    ) -> dict:
        """The buyer's bank disputes the charge and takes the money; an inquiry only asks."""
        with self.account.lock:
            made = refunds.dispute(self.account, self.charge(session), amount=amount, reason=reason, is_inquiry=inquiry)
            if withdraws and not inquiry:
                refunds.withdraw(self.account, made)
            return made

    def withdraw(self, dispute: str = "") -> dict:
        """The bank takes a dispute's money; of an inquiry it makes a dispute."""
        with self.account.lock:
            found = self.newest("dispute", dispute)
            refunds.withdraw(self.account, found)
            return found

    def close_dispute(self, dispute: str = "", won: bool = False) -> dict:
        with self.account.lock:
            found = self.newest("dispute", dispute)
            refunds.close(self.account, found, is_won=won)
            return found

    def change(self, id: str, **fields) -> dict:
        """Make an object say something else than what happened (another amount, another currency); no event."""
        with self.account.lock:
            self.account.objects[id].update(fields)
            self.account.is_changed = True
            return self.account.objects[id]

    # -- Events --------------------------------------------------------------------------------------------------------

    def emit(self, type: str, id: str = "", livemode: bool = False) -> dict:
        """An event of any type, with an object as it is now, or one that the shop has never heard of."""
        with self.account.lock:
            thing = (
                self.account.objects[id] if id else {"id": new_id("pi_"), "object": "payment_intent", "metadata": {}}
            )
            return self.account.emit(type, thing, livemode=livemode)

    def _disturb(self, kind: str, types: list[str] | tuple = (), times: int | None = None, number: float = 0) -> None:
        with self.callbacks.changed:
            self.callbacks.disturbances.append(Disturbance(kind, tuple(types), times, number))

    def hold(self, *types: str, times: int | None = None) -> None:
        """Keep events back (of these types, `charge.*` for several; all without one) until `release`."""
        self._disturb("hold", types, times)

    def drop(self, *types: str, times: int | None = None) -> None:
        """Never send them; they are in the list of events all the same."""
        self._disturb("drop", types, times)

    def double(self, *types: str, copies: int = 2, times: int | None = None) -> None:
        self._disturb("double", types, times, copies)

    def delay(self, seconds: float, *types: str, times: int | None = None) -> None:
        self._disturb("delay", types, times, seconds)

    def shuffle(self, *types: str, window: int = 3) -> None:
        """Send in groups of so many, each in another order than it happened in."""
        self._disturb("shuffle", types, None, window)

    def release(self, shuffled: bool = False, backwards: bool = False) -> None:
        """Send what was held back, and hold nothing any more."""
        with self.callbacks.changed:
            for each in [each for each in self.callbacks.disturbances if each.kind in {"hold", "shuffle"}]:
                self.callbacks.disturbances.remove(each)
                self.callbacks.let_go(each, shuffled=shuffled, backwards=backwards)

    def undisturbed(self) -> None:
        """Events come as they should again; what is held is sent, what was dropped is not."""
        with self.callbacks.changed:
            self.release()
            self.callbacks.disturbances.clear()

    def send_again(self, event: str = "", times: int = 1) -> None:
        """As the dashboard's button does: an event by its id, or all of them, oldest first."""
        with self.account.lock:
            for each in self.account.events:
                if event in ("", each["id"]):
                    for _ in range(times):
                        self.callbacks.plan(each)

    def seed(self, seed: int) -> None:
        """Of what is shuffled."""
        self.callbacks.seed.seed(seed)

    def settle(self, timeout: float = 10) -> bool:
        """Wait until every callback has been sent and answered, or given up; what is held does not count."""
        return self.callbacks.settle(timeout)

    # -- Calls that fail, time, everything anew ------------------------------------------------------------------------

    def fail_next(self, call: str = "*", **how) -> None:
        """What goes wrong with the next calls; `mishaps.Mishap` says what can."""
        self.mishaps.add(call=call, **how)

    def healthy(self) -> None:
        """Nothing goes wrong any more, not even what was still to come."""
        self.mishaps.forget()

    def advance(self, seconds: int) -> None:
        """Let time pass: pages that it closes are closed, and told of."""
        with self.account.lock:
            self.account.shift += seconds
            sessions.close_old(self.account)

    def reset(self) -> None:
        """An empty account, as at the start."""
        self.account.reset()
        self.callbacks.forget()
        self.mishaps.forget()
        self.cmi.reset()

    # -- What there is to see ------------------------------------------------------------------------------------------

    def events(self) -> list[dict]:
        """Oldest first."""
        with self.account.lock:
            return list(self.account.events)

    def event_types(self) -> list[str]:
        return [event["type"] for event in self.events()]

    def objects(self, kind: str = "") -> list[dict]:
        with self.account.lock:
            return [each for each in self.account.objects.values() if kind in ("", each["object"])]

    def sent(self) -> list[dict]:
        """Every try to tell the shop of an event, with what it answered."""
        return self.callbacks.as_dicts()

    def calls(self) -> list[str]:
        """The names of the calls the shop made, in order."""
        return list(self.mishaps.calls)

    # -- CMI -----------------------------------------------------------------------------------------------------------

    def cmi_open(self, fields: dict[str, str]) -> str:
        """A buyer arrives with the shop's form; the token of the page. Raises CmiError as its page would say."""
        return self.cmi.open(fields)

    def cmi_pay(self, reference: str) -> str:
        """By token or `oid`. What the shop answered to the callback."""
        return self.cmi.pay(reference)

    def cmi_refuse(self, reference: str) -> str:
        return self.cmi.refuse(reference)

    def cmi_call_again(self, reference: str) -> str:
        return self.cmi.call_again(reference)

    def cmi_copies(self, copies: int = 1) -> None:
        """How often each callback is sent: 0 loses it, 2 sends it twice."""
        self.cmi.copies = copies

    def cmi_calls(self) -> list[dict]:
        return list(self.cmi.calls)

    def cmi_visits(self) -> list[dict]:
        return list(self.cmi.visits.values())

    def tell_at(self, url: str) -> None:
        """Where the shop listens for events from now on."""
        self.callbacks.url = check_address(url)


#: What `/_control/` answers to.
VERBS = {name: verb for name, verb in vars(Control).items() if callable(verb) and not name.startswith("_")}
#: Verbs whose names of types are given one by one.
WITH_TYPES = {"hold", "drop", "double", "delay", "shuffle"}
