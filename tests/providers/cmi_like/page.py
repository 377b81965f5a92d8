"""CMI's page: pay or refuse, then back to the shop with signed fields and a real button."""

from html import escape

from ..html import button, hidden, line, link, note, page
from ..texts import apart, choose, money, words
from .payments import AUTHORISED, CAPTURED, Cmi, CmiError

SYMBOLS = {"504": "MAD", "978": "EUR", "840": "USD"}


def centimes(amount: str) -> int:
    try:
        return round(float(amount) * 100)
    except (ValueError, OverflowError):
        return 0


class Page:
    def __init__(self, cmi: Cmi):
        self.cmi = cmi

    def arrive(self, fields: dict[str, str]) -> tuple[int, str]:
        language = choose(Cmi.value(fields, "lang"))
        try:
            token = self.cmi.open(fields)
        except CmiError as error:
            says = words(language)
            return 400, page(
                language,
                says["title"],
                f'{note(says["forged"])}<p dir="ltr">{escape(str(error))}</p>'
                f"{link(self.http(Cmi.value(fields, 'shopurl')), says['back'])}",
            )
        return 200, self.show(token)

    @staticmethod
    def http(address: str) -> str:
        return address if address.startswith(("http://", "https://")) else ""

    def press(self, token: str, deed: str) -> tuple[int, str]:
        """A button of the page."""
        try:
            visit = self.cmi.find(token)
        except CmiError:
            return 404, page("fr", words("fr")["lost"], "")
        error = ""
        if deed in {"pay", "refuse"}:
            try:
                {"pay": self.cmi.pay, "refuse": self.cmi.refuse}[deed](token)
                error = "again" if deed == "refuse" else ""
            except CmiError:
                error = "done"
        if deed == "leave" or visit["status"] != "open":
            return 200, self.leave(visit)
        return 200, self.show(token, error)

    def show(self, token: str, error: str = "") -> str:
        fields = self.cmi.find(token)["fields"]
        language = choose(Cmi.value(fields, "lang"))
        says = words(language)
        currency = Cmi.value(fields, "currency")
        total = money(centimes(Cmi.value(fields, "amount")), SYMBOLS.get(currency, currency), language)
        buttons = (
            button("deed", "pay", f"{says['pay']} {apart(total)}")
            + button("deed", "refuse", says["refuse"], "quiet")
            + button("deed", "leave", says["cancel"], "quiet")
        )
        return page(
            language,
            says["title"],
            f"{note(says.get(error, ''))}"
            f'<p class="for">{says["order"]} <bdi>{escape(Cmi.value(fields, "oid"))}</bdi></p>'
            f"<ul>{line(says['total'], total, 'total')}</ul>"
            f'<form method="post" action="/fim/pay/{token}">{buttons}</form>',
        )

    def leave(self, visit: dict) -> str:
        """The way back: a form that the buyer sends to the shop."""
        fields = visit["fields"]
        language = choose(Cmi.value(fields, "lang"))
        says = words(language)
        is_good = visit["status"] in {CAPTURED, AUTHORISED}
        address = Cmi.value(fields, "okurl" if is_good else "failurl")
        told = visit["result"] or self.cmi.signed(
            {**fields, "ProcReturnCode": "99", "Response": "Error", "mdStatus": "0", "ErrMsg": "Cancelled"}
        )
        return page(
            language,
            says["title"],
            f"{note(says['accepted'], 'good') if is_good else note(says['refused'])}"
            f'<form method="post" action="{escape(self.http(address))}">{hidden(told)}<button>{says["back"]}</button></form>',
        )
