"""Stripe's hosted page: what is paid for, a card's number, and the bank's question (3-D Secure)."""

import re
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from ..html import button, line, link, note, page
from ..texts import apart, choose, money, words
from . import payments, refunds
from .account import Account

#: What an address is made of.
SAFE = "%:/?#[]@!$&'()*+,;=-._~"
SHOWN = [payments.SUCCESS, payments.SECURE, payments.DECLINED, payments.NO_MONEY]


@dataclass(frozen=True)
class Reply:
    status: int
    html: str = ""
    location: str = ""


def success_url(session: dict) -> str:
    """As a header can hold it: letters of other alphabets, spaces and line breaks as their numbers."""
    return quote(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]), safe=SAFE)


class Page:
    def __init__(self, account: Account):
        self.account = account

    def get(self, id: str, *, wish: str = "", accepts: str = "", step: str = "", error: str = "") -> Reply:
        """`wish` is a language asked for on the page, `accepts` what the browser would like."""
        with self.account.lock:
            session = self.account.objects.get(id)
            language = choose(wish, session and session["locale"], accepts)
            says = words(language)
            if session is None:
                return Reply(404, page(language, says["lost"], ""))
            if not payments.is_open(self.account, session):
                done = session["status"] == "complete"
                address = success_url(session) if done else session["cancel_url"]
                body = note(says["done"], "good") if done else note(says["over"])
                return Reply(200 if done else 410, page(language, says["title"], body + link(address, says["back"])))
            intent = self.account.objects.get(session["payment_intent"] or "", {})
            if step == "3ds" and intent.get("status") == "requires_action":
                return Reply(200, self.question(session, says, language))
            return Reply(422 if error else 200, self.form(session, says, language, error))

    def form(self, session: dict, says: dict, language: str, error: str) -> str:
        lines = "".join(
            line(
                f"{each['description']} ×\N{NO-BREAK SPACE}{each['quantity']}"
                if each["quantity"] > 1
                else each["description"],
                money(each["amount_total"], session["currency"], language),
            )
            for each in self.account.line_items[session["id"]]
        )
        total = money(session["amount_total"], session["currency"], language)
        cards = "".join(
            f'<label class="card"><input type="radio" name="card" value="{number}"{" checked" if not place else ""}>'
            f'<span><bdi dir="ltr">{" ".join(re.findall("....", number))}</bdi>'
            f"<small>{says[payments.CARDS[number][1]]}</small></span></label>"
            for place, number in enumerate(SHOWN)
        )
        reference = session["client_reference_id"]
        order = f'<p class="for">{says["order"]} <bdi>{escape(reference)}</bdi></p>' if reference else ""
        pay = button("deed", "pay", f"{says['pay']} {apart(total)}")
        body = (
            f"{note(says.get(error, ''))}{order}<ul>{lines}{line(says['total'], total, 'total')}</ul>"
            f'<form method="post" action="?lang={language}"><fieldset><legend>{says["which"]}</legend>{cards}</fieldset>'
            f'<label class="number">{says["number"]}'
            f'<input name="number" inputmode="numeric" autocomplete="off" maxlength="23"></label>{pay}</form>'
            f"{link(session['cancel_url'], says['cancel'])}"
        )
        return page(language, says["title"], body, switch="?lang=")

    def question(self, session: dict, says: dict, language: str) -> str:
        total = money(session["amount_total"], session["currency"], language)
        accept = button("deed", "accept", says["accept"])
        refuse = button("deed", "refuse", says["refuse"], "quiet")
        body = (
            f"<p>{says['asks']}</p><ul>{line(says['total'], total, 'total')}</ul>"
            f'<form method="post" action="?lang={language}&amp;step=3ds">{accept}{refuse}</form>'
        )
        return page(language, says["bank"], body, switch="?step=3ds&lang=")

    def post(self, id: str, fields: dict[str, str], *, wish: str = "", accepts: str = "") -> Reply:
        with self.account.lock:
            session = self.account.objects.get(id)
            if session is None or not payments.is_open(self.account, session):
                if session is not None and session["status"] == "complete":
                    return Reply(303, location=success_url(session))  # the button was pressed twice
                return self.get(id, wish=wish, accepts=accepts)
            deed = fields.get("deed")
            if deed in {"accept", "refuse"}:
                intent = self.account.objects.get(session["payment_intent"] or "", {})
                if intent.get("status") != "requires_action":
                    return self.get(id, wish=wish, accepts=accepts)
                outcome = payments.answer_bank(self.account, session, accepts=deed == "accept")
            else:
                number = re.sub(r"[\s-]", "", fields.get("number") or fields.get("card") or "")
                if number not in payments.CARDS:
                    return self.get(id, wish=wish, accepts=accepts, error="unknown")
                outcome = pay(self.account, session, number)
            if outcome == "paid":
                return Reply(303, location=success_url(session))
            if outcome == "secure":
                return Reply(303, location=f"/c/pay/{id}?step=3ds&lang={choose(wish, session['locale'], accepts)}")
            return self.get(id, wish=wish, accepts=accepts, error="declined")


def pay(account: Account, session: dict, number: str) -> str:
    """As `payments.pay`; with one of Stripe's cards the buyer's bank disputes the charge at once."""
    outcome = payments.pay(account, session, number)
    if outcome == "paid" and payments.CARDS[number][1] == "disputed":
        charged = account.objects[account.objects[session["payment_intent"]]["latest_charge"]]
        refunds.withdraw(account, refunds.dispute(account, charged, amount=None, reason="fraudulent", is_inquiry=False))
    return outcome
