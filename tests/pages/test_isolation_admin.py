"""The admin is for the federation: members of cooperatives get nothing there, and editors nothing of buyers, members or money."""

import os
import re
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from catalog.models import CooperativeMember, Role
from store.flows.cards.events import apply_due, keep_event
from store.models import ContactMessage, MoneyTask, PaymentEvent, Refund
from store.statuses import PartStatus
from tests.factories import CooperativeFactory, LotFactory, a_contact, a_debt, a_part, a_return, a_rib, a_voucher
from tests.factories.cards import a_card_order, a_provider, begun
from tests.fuzz.patterns import ADMIN, a_path_of, routes

from . import admin_people
from .members import a_member, an_invitation, browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

WHOLE = bool(os.environ.get("WHOLE"))
#: In CI each person tries another twelfth of the addresses.
SHARE = 1 if WHOLE else 12
#: What no editor reads: the names of buyers, of members and of those who wrote.
PRIVATE = "سري-الياقوت"
#: Pages of the admin for whoever is not logged in.
OPEN = re.compile(r"admin/(login|password_reset|jsi18n|sprite|failwhale|test404|api/main/$)|admin/$|admin/\^\.\*")


@pytest.fixture
def provider():
    with a_provider() as provider:
        yield provider


@pytest.fixture
def rows(provider) -> dict[str, object]:
    """Something private behind each of the federation's own pages: first word of its address → number of a row."""
    cooperative = CooperativeFactory(rib=a_rib(1))
    lot = LotFactory(quantity=50, variant__product__sale__cooperative=cooperative)
    part = a_debt(a_part(PartStatus.DELIVERED, lot=lot, quantity=3, contact=a_contact(name=PRIVATE)))
    asked = a_return(part)
    member = a_member(cooperative)
    member.user.first_name = PRIVATE
    member.user.save()
    invitation = an_invitation(cooperative)
    type(invitation).objects.filter(pk=invitation.pk).update(name=PRIVATE)
    wrote = ContactMessage.objects.create(
        name=PRIVATE, email="lettre@example.org", text=PRIVATE, language="fr", subject="other"
    )
    attempt = begun(a_card_order(contact=a_contact(name=PRIVATE)))
    provider.pay(attempt, amount=Decimal(1))
    keep_event("stripe", provider.events[-1])
    apply_due()
    return {
        "card-payments": attempt.pk, "payment-events": PaymentEvent.objects.get().pk, "payment-options": "stripe",
        "money-tasks": MoneyTask.objects.get(kind="held").pk,
        "orders": part.order_id, "returns": asked.pk, "refunds": getattr(Refund.objects.first(), "pk", 1),
        "members": member.pk, "invitations": invitation.pk, "contact-messages": wrote.pk, "lots": lot.pk,
        "cooperatives": cooperative.pk, "vouchers": a_voucher().pk, "variants": lot.variant_id,
        "product-sales": lot.variant.product.sale.pk, "reviews": lot.variant.product_id, "users": member.user_id,
    }  # fmt: skip


def addresses(rows: dict[str, object]) -> Iterator[str]:
    """Every address of the admin, with the number of a row that is there."""
    for route in routes():
        if route.startswith(ADMIN) and not OPEN.match(route):
            pk = rows.get(route.split("/")[1], rows["reviews"])
            yield a_path_of(re.sub(r"<(int|str):pk>|<int:cooperative>|<slug:method>", str(pk), route))


def tried_by(rows: dict[str, object], number: int) -> list[str]:
    return [address for at, address in enumerate(addresses(rows)) if at % SHARE == number % SHARE]


def answers(browser: Client, tried: list[str], methods=("GET", "HEAD", "POST")) -> Iterator[tuple[str, object, bool]]:
    """What each address answers, and whether a row changed; everything is taken back."""
    browser.raise_request_exception = False  # some of Wagtail's pages break on the root of the tree, and tell nothing
    for address in tried:
        for method in methods:
            with transaction.atomic():
                changes = connection.connection.total_changes
                answer = browser.generic(method, address, "", "application/x-www-form-urlencoded")
                wrote = connection.connection.total_changes != changes
                transaction.set_rollback(True)
            yield f"{method} {address}", answer, wrote


def outsiders(rows) -> dict[str, Client]:
    member = CooperativeMember.objects.get(pk=rows["members"])
    removed = a_member(member.cooperative)
    CooperativeMember.objects.filter(pk=removed.pk).update(removed_at=timezone.now())
    return {
        "visitor": Client(),
        "removed": browser_of(removed),
        **{role: browser_of(a_member(member.cooperative, role)) for role in Role},
    }


def entered(browser: Client, tried: list[str]) -> list[str]:
    """What did not send somebody to the log-in of the admin, or wrote something."""
    return [
        f"{asked}: {answer.status_code}"
        for asked, answer, wrote in answers(browser, tried)
        if wrote
        or answer.status_code not in (302, 403, 404, 405)
        or (answer.status_code == 302 and not answer["location"].startswith("/admin/login/"))
    ]


def test_members_of_cooperatives_get_nothing_at_any_address_of_the_admin(rows, record_testsuite_property):
    tried = 0
    for number, (who, browser) in enumerate(outsiders(rows).items()):
        mine = tried_by(rows, number)
        tried += len(mine)
        assert entered(browser, mine) == [], who
    record_testsuite_property("admin for members", f"admin, people of cooperatives: {tried} addresses, 3 methods")
    assert tried > 100


def test_who_enters_the_admin_is_let_in_there(rows):
    """The control."""
    assert len(entered(admin_people.superuser(), tried_by(rows, 0))) > 20


EDITORS: dict[str, Callable[[], Client]] = {
    "editor": admin_people.editor,
    "chief editor": admin_people.chief_editor,
    "moderator": admin_people.moderator,
}


def told(browser: Client, tried: list[str]) -> list[str]:
    return [asked for asked, answer, _wrote in answers(browser, tried, ["GET"]) if PRIVATE in _text(answer)]


def _text(answer) -> str:
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


def test_editors_and_moderators_read_nothing_of_buyers_members_and_letters(rows, record_testsuite_property):
    asked = 0
    for number, (who, log_in) in enumerate(EDITORS.items()):
        mine = tried_by(rows, number)
        asked += len(mine)
        assert told(log_in(), mine) == [], who
    record_testsuite_property("admin for editors", f"admin, editors and moderators: {asked} addresses")


def test_staff_do_read_them(rows):
    """The control of what is looked for."""
    named = ("orders", "members", "invitations", "card-payments", "payment-events", "money-tasks")
    own = [address for address in addresses(rows) if address.split("/")[2] in named]
    read = {asked.split("/")[2] for asked in told(admin_people.staff(), own)}
    assert read == set(named)
