"""Write hostile texts everywhere, turn by turn, and open what shows them as a visitor and as another editor."""

import sys
import time
from dataclasses import dataclass, field
from urllib.parse import quote

from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser
from wagtail.models import Page

from catalog.models import Variant
from cms.models import ContactPage, ImpactPage, LegalText
from store.models import ContactMessage, Order
from tests.factories.store import a_commune

from .doors import choosers, doors, lists
from .shop import a_person, a_stranger, open_shop
from .watch import Watch
from .writing import Pen, post, write

#: Lists show titles and names only: they are opened once in so many turns.
LISTS_EVERY = 5
#: Pages of the shop that show what the catalog says, in each language.
SHOP = ("", "boutique/", "boutique/miel/", "boutique/rayon/miels/")


@dataclass
class Campaign:
    """150 texts, every field, and the browsers of two people who did not write them."""

    browser: Browser
    url: str
    pen: Pen
    orders: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.author, self.other = a_person("autrice"), a_person("editrice")
        open_shop(self.author)
        self.visitor = Watch(self.browser, self.url)
        session = self.other.cookies[settings.SESSION_COOKIE_NAME].value
        self.editor = Watch(self.browser, self.url, {settings.SESSION_COOKIE_NAME: session})
        #: Form → the fields behind it.
        self.fields: dict[str, set[str]] = {}
        self.told: list[str] = []

    def run(self, *, most_turns: int | None = None) -> float:
        """Turns until each text that fits a field has stood in it, or so many; the minutes that it took."""
        began = time.monotonic()
        turn = 0
        while not turn or (self.lacks() > 0 and turn < (most_turns or sys.maxsize)):
            self.one_turn(turn)
            turn += 1
            self.tell(turn, (time.monotonic() - began) / 60)
        self.visitor.close()
        self.editor.close()
        return (time.monotonic() - began) / 60

    def tell(self, turn: int, minutes: float) -> None:
        both = (self.visitor.seen, self.editor.seen)
        pages = sum(seen.pages for seen in both)
        found = [finding for seen in both for finding in seen.ran + seen.stopped + seen.broken]
        so_far = f"{pages} pages after {minutes:.0f} minutes, {len(found)} findings"
        print(f"turn {turn}: {so_far}; {self.lacks()} packs to go", flush=True)
        for finding in found:
            if finding not in self.told:
                print(f"  {finding}", flush=True)
                self.told.append(finding)

    def lacks(self, names: set[str] | None = None) -> int:
        """How many packs of texts the field still has to hold that lacks most of them."""
        its = self.pen.packs if names is None else names
        return max(self.pen.packs[name] - self.pen.written[name] for name in its) if its else 0

    def one_turn(self, turn: int) -> None:
        cache.clear()  # nobody is refused for having come often
        with_lists = turn % LISTS_EVERY == 0
        for door in doors():
            if turn and self.lacks(self.fields[door.name]) <= 0:
                continue
            before = self.pen.written.copy()
            write(self.author, door.form, self.pen, **door.button)
            self.fields[door.name] = set(self.pen.written - before)
            for look in (*door.looks, *(door.sides if with_lists else ())):
                self.editor.open(look)
        self.buy()
        self.write_to_the_shop()
        self.look_as_visitor()
        if with_lists:
            self.look_through_lists()

    def buy(self) -> None:
        """An order with hostile texts, its pages, and the mails about it."""
        buyer = a_stranger()
        variant = Variant.objects.order_by("pk").first()
        buyer.post("/fr/panier/ajouter/", {"variant": variant.pk, "quantity": 1})
        mail.outbox.clear()
        commune = a_commune()
        fixed = {"phone": "0612345678", "commune": commune.code, "commune_text": "", "terms": "on"}
        write(buyer, "/fr/commande/", self.pen, before=_accepted, **fixed)
        order = Order.objects.latest("pk")
        assert order.terms_revision_id
        for place in ("", "conditions/"):
            self.visitor.open(f"/fr/commande/{order.token}/{place}")
        self.editor.open(f"/admin/orders/{order.pk}/")
        self.read_mails()

    def write_to_the_shop(self) -> None:
        """A message with hostile texts, as staff see it, and the mails about it."""
        mail.outbox.clear()
        fixed = {"subject": "other", "phone": "0612345678", "website": ""}
        write(a_stranger(), ContactPage.objects.get().get_url(), self.pen, **fixed)
        self.editor.open(f"/admin/contact-messages/inspect/{ContactMessage.objects.latest('pk').pk}/")
        self.read_mails()

    def read_mails(self) -> None:
        assert mail.outbox
        for message in mail.outbox:
            for html, _kind in message.alternatives:
                self.visitor.read(html)

    def look_as_visitor(self) -> None:
        pages = [url for page in Page.objects.live().filter(depth__gt=1).specific() if (url := page.get_url())]
        shop = [f"/{code}/{place}" for code, _ in settings.LANGUAGES for place in SHOP]
        legal = [
            f"/{code}/{text.kind}/" for code, _ in settings.LANGUAGES for text in LegalText.objects.filter(live=True)
        ]
        text = self.pen.text("search", 90)
        asked = quote(text, errors="surrogateescape")
        searches = [f"/fr/boutique/?q={asked}", f"/fr/{asked}", f"/fr/recits/?annee={asked}"]
        for address in [*pages, *shop, *legal, "/fr/recits.xml", *searches]:
            self.visitor.open(address)
        self.visitor.keep(f"{ImpactPage.objects.get().get_url()}csv/")

    def look_through_lists(self) -> None:
        for address in lists():
            self.editor.open(address)
        for address in choosers():
            self.editor.read_json(address)


def _accepted(client: Client, address: str, answers: dict) -> dict:
    """What the buyer saw, which the form carries."""
    page = post(client, address, {**answers, "action": "update"})
    return {"accepted": page.context["summary"].accepted(), "action": "order"}
