"""Who reaches which page: every address has a class, and nothing of one cooperative is ever reached by another's people."""

import hashlib
import itertools
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from catalog.members.models import CooperativeMember, Invitation, Role, SharedPhone
from catalog.members.shared_phones import share
from catalog.models import Cooperative, Evidence, Lot, Product
from store.flows.import_table.apply import keep, plan_of
from store.flows.month import Month
from store.flows.recall import call_back
from store.models import CooperativeOrder, Recall, TableImport
from store.statuses import PartStatus
from store.tables.sheet import read_sheet
from tests.factories import PDF, CooperativeFactory, CourierFactory, LotFactory, a_contact, a_part, an_evidence
from tests.fuzz.patterns import ADMIN, routes

from . import admin_people
from .members import PASSWORD, a_member, an_invitation, browser_of, space_of

pytestmark = pytest.mark.django_db

# -- The table: every address outside the admin has a class. The admin's are behind its log-in (tests/fuzz). -----------------
ANYBODY, HOLDER, PERSON = "anybody", "whoever has the link", "whoever is logged in"
MEMBER, SELLER, MANAGER = "whoever works for the cooperative", "whoever sells for it", "whoever manages it"
AUDIENCES = {
    ANYBODY: """
        | boutique/ | boutique/rayon/<slug:category>/ | boutique/<slug:slug>/ | communes/ | manifest.webmanifest | recits.xml
        composants/ | composants/blocs/ | hors-ligne/ | <legal_kind:kind>/ | retours/formulaire/ | robots.txt | sitemap.xml
        lot/<slug:cooperative>/<path:code>/ | espace/manifest.webmanifest
        sitemap-fr.xml | sitemap-ar.xml | sitemap-en.xml | sw.js | media/<path:path>
        webhooks/stripe/ | webhooks/cmi/
        adherer/ | panier/ | panier/ajouter/ | panier/ligne/<int:line_id>/ | panier/commune/ | panier/code/ | commande/
        ^((?:[\\w\\-]+/)*)$ | _util/login/ | espace/entrer/ | espace/sortir/ | espace/qui/
    """,
    HOLDER: """
        commande/<slug:token>/ | commande/<slug:token>/merci/ | commande/<slug:token>/conditions/
        commande/<slug:token>/annuler/<int:part_id>/ | commande/<slug:token>/retour/<int:part_id>/
        commande/<slug:token>/remboursement/ | commande/<slug:token>/payer/
        commande/<slug:token>/carte/ | commande/<slug:token>/carte/retour/
        espace/invitation/<int:pk>/<str:signature>/ | espace/mot-de-passe/<str:uid>/<str:token>/
        _util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/
        documents/<int:document_id>/<path:document_filename> | documents/authenticate_with_password/<int:restriction_id>/
    """,
    PERSON: "espace/ | espace/compte/",
    MEMBER: """
        espace/<slug:cooperative>/ | espace/<slug:cooperative>/commandes/<int:part_id>/ | espace/<slug:cooperative>/moi/
        espace/<slug:cooperative>/plus/
        espace/<slug:cooperative>/commandes/<int:part_id>/etiquette/
        espace/<slug:cooperative>/commandes/<int:part_id>/bordereau/
        espace/<slug:cooperative>/remise/ | espace/<slug:cooperative>/remise/<str:day>/<int:courier_id>/
    """,
    SELLER: """
        espace/<slug:cooperative>/stock/ | espace/<slug:cooperative>/stock/nouveau/ | espace/<slug:cooperative>/stock/<int:pk>/
        espace/<slug:cooperative>/stock/<int:pk>/etiquettes/
        espace/<slug:cooperative>/stock/<int:pk>/rappel/ | espace/<slug:cooperative>/commandes/<int:part_id>/manque/
        espace/<slug:cooperative>/produits/ | espace/<slug:cooperative>/produits/<int:pk>/
        espace/<slug:cooperative>/produits/<int:pk>/textes/ | espace/<slug:cooperative>/produits/<int:pk>/photos/
        espace/<slug:cooperative>/produits/<int:pk>/changements/
        espace/<slug:cooperative>/tableaux/ | espace/<slug:cooperative>/tableaux/commandes.csv
        espace/<slug:cooperative>/tableaux/stock.csv | espace/<slug:cooperative>/tableaux/produits.csv
        espace/<slug:cooperative>/produits/<int:pk>/apercu/<slug:which>/
    """,
    MANAGER: """
        espace/<slug:cooperative>/produits/nouveau/ | espace/<slug:cooperative>/produits/<int:pk>/tailles/
        espace/<slug:cooperative>/telephones/
        espace/<slug:cooperative>/documents/ | espace/<slug:cooperative>/documents/nouveau/
        espace/<slug:cooperative>/documents/<int:pk>/
        espace/<slug:cooperative>/tableaux/importer/ | espace/<slug:cooperative>/tableaux/importer/<int:pk>/
        espace/<slug:cooperative>/mois/ | espace/<slug:cooperative>/mois/<int:year>/<int:number>/
        espace/<slug:cooperative>/membres/ | espace/<slug:cooperative>/membres/<int:pk>/
        espace/<slug:cooperative>/invitations/<int:pk>/retirer/
    """,
}


def classified() -> set[str]:
    return {route.strip() for told in AUDIENCES.values() for line in told.splitlines() for route in line.split("|")}


def test_every_address_outside_the_admin_has_a_class():
    assert {route for route in routes() if not route.startswith(ADMIN)} - classified() == set()


def test_the_table_names_no_address_that_is_gone():
    assert classified() - set(routes()) == set()


# -- The matrix --------------------------------------------------------------------------------------------------------------

#: A word that stands in the rows of the first cooperative alone.
CANARY = "كناري-الجوهرة"


@dataclass
class Two:
    """Two cooperatives. The first one's rows hold the canary; the second's people try to reach them."""

    first: Cooperative
    second: Cooperative
    part: CooperativeOrder
    packed: CooperativeOrder
    sent: CooperativeOrder
    lot: Lot
    recall: Recall
    colleague: CooperativeMember
    invitation: Invitation
    phone: SharedPhone
    document: Evidence
    table: TableImport

    @property
    def told(self) -> CooperativeOrder:
        """The part whose buyer the recall concerns."""
        return CooperativeOrder.objects.get(lines__variant__lots=self.recall.lot_id)

    def addresses(self) -> Iterator[tuple[str, list[dict]]]:
        """Each page of the first cooperative, and what may be sent there."""
        deeds = ["confirm", "unreachable", "cancel", "pack", "hand_over", "delivered", "refused", "back"]
        invite = {"name": "Intruse", "phone": "0612345678", "email": "", "role": "manager", "language": "fr"}
        yield space_of(self.first), [{}]
        yield space_of(self.first, "plus/"), [{}]
        yield space_of(self.first, f"commandes/{self.part.pk}/"), [{"deed": deed} for deed in deeds]
        yield space_of(self.first, f"commandes/{self.packed.pk}/etiquette/"), [{}]
        yield space_of(self.first, f"commandes/{self.packed.pk}/bordereau/"), [{}]
        yield space_of(self.first, "remise/"), [{"courier": "own", f"leaves_{self.packed.pk}": "on"}]
        yield space_of(self.first, f"remise/{timezone.localdate()}/{self.sent.shipment.courier_id}/"), [{}]
        new_lot = {"variant": self.lot.variant_id, "quantity": "1"}
        yield space_of(self.first, "stock/"), [{}]
        yield space_of(self.first, "stock/nouveau/"), [new_lot]
        counts = [{"counted": "1", "reason": "Intruse", "seen": self.lot.on_hand}, {"block": "1", "reason": "Intruse"}]
        yield space_of(self.first, f"stock/{self.lot.pk}/"), [*counts, {"recall": "1"}]
        yield space_of(self.first, f"stock/{self.lot.pk}/etiquettes/"), [{}]
        short = {f"line_{line.pk}": "1" for line in self.part.lines.all()}
        yield space_of(self.first, f"commandes/{self.part.pk}/manque/"), [short]
        called = {"part": self.told.pk, "outcome": "reached", "seen": "0", "note": "Intruse"}
        deeds_of_recall = [{"shown": "1"}, called, {**called, "shown": "1"}, {"move": "1"}, {"close": "1"}]
        yield space_of(self.first, f"stock/{self.recall.lot_id}/rappel/"), deeds_of_recall
        yield from self._products()
        yield space_of(self.first, "moi/"), [{"password": PASSWORD, "pin": "7305"}]
        yield space_of(self.first, "telephones/"), [{"name": "Intrus"}, {"end": self.phone.pk}]
        document = {"kind": "sanitary", "number": "Intruse", "product": "", "issued_on": "", "expires_on": ""}
        yield space_of(self.first, "documents/"), [{}]
        yield space_of(self.first, "documents/nouveau/"), [document]
        yield space_of(self.first, f"documents/{self.document.pk}/"), [{}]
        yield from self._tables()
        yield space_of(self.first, "membres/"), [invite]
        yield space_of(self.first, f"membres/{self.colleague.pk}/"), [{"role": "packer"}, {"remove": "1"}]
        yield space_of(self.first, f"invitations/{self.invitation.pk}/retirer/"), [{}]

    def _products(self) -> Iterator[tuple[str, list[dict]]]:
        product, size = self.lot.variant.product_id, self.lot.variant_id
        yield space_of(self.first, "produits/"), [{}]
        begun = {"name_fr": "Intrus", "use": "food", "category": "1", "size": "1", "unit": "g", "price": "1"}
        yield space_of(self.first, "produits/nouveau/"), [begun]
        deeds = [{"deed": deed} for deed in ("submit", "take_back", "withdraw", "put_back", "duplicate")]
        yield space_of(self.first, f"produits/{product}/"), deeds
        yield space_of(self.first, f"produits/{product}/textes/"), [{"name_fr": "Intrus"}]
        photos = [{"deed": "remove", "photo": "1"}, {"deed": "words", "photo-1-alt_fr": "Intrus"}]
        yield space_of(self.first, f"produits/{product}/photos/"), photos
        priced = {"deed": "price", "variant": size, "price": "1", "seen": self.lot.variant.price}
        yield space_of(self.first, f"produits/{product}/tailles/"), [priced, {"deed": "retire", "variant": size}]
        yield space_of(self.first, f"produits/{product}/changements/"), [{}]
        yield space_of(self.first, f"produits/{product}/apercu/after/"), [{}]

    def _tables(self) -> Iterator[tuple[str, list[dict]]]:
        month = Month.of(timezone.localdate())
        yield space_of(self.first, "tableaux/"), [{}]
        for table in ("stock", "produits", f"commandes.csv?month={month}"):
            yield space_of(self.first, f"tableaux/{table}" if "?" in table else f"tableaux/{table}.csv"), [{}]
        yield space_of(self.first, "tableaux/importer/"), [{"file": "Intruse"}]
        yield space_of(self.first, f"tableaux/importer/{self.table.pk}/"), [{"shown": plan_of(self.table).digest}]
        yield space_of(self.first, "mois/"), [{}]
        yield space_of(self.first, f"mois/{month.year}/{month.number}/"), [{}]

    def mixed(self) -> Iterator[tuple[str, list[dict]]]:
        """The same rows under the second's own address."""
        for address, forms in self.addresses():
            row = address.removeprefix(space_of(self.first))
            if any(character.isdigit() for character in row) and not row.startswith(("mois/", "tableaux/commandes")):
                yield space_of(self.second, row), forms


@pytest.fixture
def two() -> Two:
    first, second = CooperativeFactory(), CooperativeFactory()
    first.name_fr = CANARY
    first.save()
    lots = [LotFactory(quantity=50, variant__product__sale__cooperative=each) for each in (first, second)]
    Lot.objects.filter(pk=lots[0].pk).update(origin_fr=CANARY)
    Product.objects.filter(pk=lots[0].variant.product_id).update(name_fr=CANARY)
    part, packed = (a_part(status, lot=lots[0], contact=a_contact(name=CANARY)) for status in ("placed", "packed"))
    sent = a_part(PartStatus.SHIPPED, lot=lots[0], courier=CourierFactory(), contact=a_contact(name=CANARY))
    a_part(PartStatus.PLACED, lot=lots[1])
    recalled = LotFactory(variant__product__sale__cooperative=first)
    a_part(PartStatus.DELIVERED, lot=recalled, contact=a_contact(name=CANARY))
    recall, _moved = call_back(recalled, because=CANARY, by=None)
    colleague = a_member(first)
    colleague.user.first_name = CANARY
    colleague.user.save()
    phone, _token = share(first, name=CANARY, by=None)
    document = an_evidence(first, content=PDF + CANARY.encode())
    sheet = read_sheet(f"reference;price\n{lots[0].variant.sku};1".encode())
    table = keep(sheet, cooperative=first, by=colleague.user, file_name="prix.csv")
    return Two(
        first, second, part, packed, sent, lots[0], recall, colleague, an_invitation(first), phone, document, table
    )


def strangers(two: Two) -> dict[str, Client]:
    """Everybody who has no business in the first cooperative."""
    removed = a_member(two.first)
    CooperativeMember.objects.filter(pk=removed.pk).update(removed_at=timezone.now())
    asleep = a_member(two.first)
    asleep.user.is_active = False
    asleep.user.save()
    return {
        "visitor": Client(),
        **{f"{role} of the other": browser_of(a_member(two.second, role)) for role in Role},
        "removed": browser_of(removed),
        "may not log in any more": browser_of(asleep),
        "editor": admin_people.editor(),
        "chief editor": admin_people.chief_editor(),
        "moderator": admin_people.moderator(),
        "staff": admin_people.staff(),
        "superuser": admin_people.superuser(),
    }


def everything() -> str:
    """A digest of all rows but sessions, in which a log-in writes."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table.startswith(("store_", "catalog_")) and table not in LONG:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")  # noqa: S608 names come from the database
                digest.update(repr((table, cursor.fetchall())).encode())
    return digest.hexdigest()


#: Places of Morocco: thousands of rows that nobody writes.
LONG = {"store_commune", "store_province", "store_region"}


@contextmanager
def taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def content_of(answer) -> bytes:
    """Of a page, or of a file that is handed out."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


WHOLE = bool(os.environ.get("WHOLE"))
#: In CI each stranger tries another third of the pages, so that each page has several who try it.
SHARE = 1 if WHOLE else 3


def a_share(pages: Iterator[tuple[str, list[dict]]], number: int) -> Iterator[tuple[str, list[dict]]]:
    return (page for at, page in enumerate(pages) if at % SHARE == number % SHARE)


def trespasses(two: Two, browser: Client, pages: Iterator[tuple[str, list[dict]]]) -> list[str]:
    """Answers that tell or do something."""
    found, before = [], everything()
    for address, forms in pages:
        for method, form in [("GET", {}), ("HEAD", {}), *[("POST", form) for form in forms]]:
            with taken_back():
                changes = connection.connection.total_changes
                answer = browser.generic(method, address, urlencode(form), "application/x-www-form-urlencoded")
                tells = CANARY.encode() in content_of(answer)
                is_shut = answer.status_code in {404, 405} or answer.headers.get("location", "").startswith(
                    "/fr/espace/entrer/"
                )
                # Rows are compared where SQLite has counted any change at all: a log-in's session is one too.
                wrote = connection.connection.total_changes != changes and everything() != before
                if tells or not is_shut or wrote:
                    found.append(f"{method} {address} {form}: {answer.status_code}")
    return found


def test_nobody_from_elsewhere_reaches_or_changes_anything_of_a_cooperative(two, record_testsuite_property):
    tried = 0
    for number, (name, browser) in enumerate(strangers(two).items()):
        pages = list(a_share(two.addresses(), number))
        tried += sum(2 + len(forms) for _address, forms in pages)
        assert trespasses(two, browser, pages) == [], name
    record_testsuite_property("isolation", f"workspace, strangers: {tried} requests")


def test_rows_of_another_cooperative_are_not_under_ones_own_address_either(two):
    browser = browser_of(a_member(two.second))
    assert trespasses(two, browser, two.mixed()) == []


#: Whom each class lets in.
REACHED_BY = {MEMBER: set(Role), SELLER: {Role.SELLER, Role.MANAGER}, MANAGER: {Role.MANAGER}}


def roles_of(address: str) -> set[Role]:
    """By the table above, those who reach a page of their cooperative."""
    route = resolve(address.partition("?")[0]).route.removeprefix("fr/")
    [audience] = [name for name, told in AUDIENCES.items() if route in re.split(r"\s+\|?\s*", told)]
    return REACHED_BY[audience]


def test_each_role_reaches_what_is_its_own(two):
    """The control of what `trespasses` sees: its own people do reach these pages."""
    for role in Role:
        browser = browser_of(a_member(two.first, role))
        for address, _forms in two.addresses():
            if address.endswith(f"importer/{two.table.pk}/"):
                continue  # of one person alone
            status = browser.get(address).status_code
            expected = {200, 405} if role in roles_of(address) else {403, 405}  # some are only sent to
            assert status in expected, (role, address)


def anybody_s(user, slug):
    """`member_at` that forgets to ask whose it is."""
    return CooperativeMember.objects.current().select_related("cooperative").filter(cooperative__slug=slug)[0]


GUARDS: dict[str, tuple[str, Callable]] = {
    "who belongs to the cooperative": ("store.workspace.door.member_at", anybody_s),
    "whose order it is": ("store.permissions.parts_of", lambda member: CooperativeOrder.objects.all()),
    "whose lot it is": ("store.workspace.stock.lot_of", lambda member, pk: Lot.objects.get(pk=pk)),
    "whose recall it is": ("store.workspace.recalls.recall_of", lambda member, pk: Recall.objects.get(lot=pk)),
    "whose product it is": ("store.permissions.products_of", lambda member: Product.objects.all()),
    "whose table it is": ("store.workspace.importing.table_of", lambda member, pk: TableImport.objects.get(pk=pk)),
    "whose colleague it is": (
        "store.workspace.members.colleague_of",
        lambda member, pk: CooperativeMember.objects.get(pk=pk),
    ),
    "whose document it is": (
        "store.workspace.evidence.document_of",
        lambda member, pk: Evidence.objects.get(pk=pk),
    ),
    "whose invitation it is": (
        "store.workspace.members.invitation_of",
        lambda member, pk: Invitation.objects.get(pk=pk),
    ),
}


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_that_is_taken_out_is_noticed(two, monkeypatch, guard):
    monkeypatch.setattr(*GUARDS[guard])
    browser = browser_of(a_member(two.second))
    pages = itertools.chain(two.addresses(), two.mixed())
    assert any(trespasses(two, browser, [page]) for page in pages)


def test_without_the_look_at_roles_a_packer_manages_members(two, monkeypatch):
    """One guard more."""
    browser = browser_of(a_member(two.first, Role.PACKER))
    members = space_of(two.first, "membres/")
    assert browser.get(members).status_code == 403
    monkeypatch.setattr("store.workspace.door.may", lambda member, deed: True)
    assert browser.get(members).status_code == 200
