"""A shop in the process of the test itself, so that a journey of weeks can move its clock: two cooperatives, two products."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.cache import cache

from catalog.models import Category, Cooperative, Lot
from cms.editing.roles import MODERATORS_OF_PRODUCTS
from store.demo.load import STAFF_PERMISSIONS
from store.flows.invariants import check_invariants
from store.flows.reconcile import reconcile
from store.flows.tick import STEPS, tick
from store.models import Courier, User
from tests.factories import (
    CategoryFactory,
    CooperativeFactory,
    CourierFactory,
    LotFactory,
    a_contact,
    a_home,
    a_legal_text,
    a_rate,
    a_rib,
    a_transfer,
    a_zone,
)
from tests.machine.clock import Clock, a_clock_of_its_own

PASSWORD = "a password for journeys"
STAFF = ("amal", "badr")
REVIEWER = "nora"


@dataclass(frozen=True)
class Placed:
    """An order, as its buyer knows it."""

    number: str
    #: The address that the buyer keeps.
    page: str


@dataclass
class SmallShop:
    """Tinas Cop sells honey for 130 dirhams, Qatr Nada oil for 85; a parcel costs 35, the commission is 8 %."""

    url: str
    clock: Clock
    honey: Lot
    oil: Lot
    courier: Courier

    def let_pass(self, **time: int) -> None:
        """So much time goes by, and what is due by then is done."""
        self.clock.time += timedelta(**time)
        self.tick()

    def tick(self) -> None:
        done = tick()
        assert len(done) == len(STEPS), "a step of the tick failed"

    def on_the_shelf(self, lot: Lot) -> int:
        """How many units are there that nobody has reserved."""
        lot.refresh_from_db()
        return lot.on_hand - lot.reserved

    def is_to_be_paid(self, lot: Lot) -> Placed:
        """Somebody who reads Arabic has ordered one of it, to be paid by transfer."""
        order = a_transfer(lot, quantity=1, contact=a_contact(language="ar", name="إدريس العلوي"))
        return Placed(order.number, f"{self.url}/ar/commande/{order.token}/")

    def link_in_the_mail_to(self, address: str) -> str:
        """The address of the order, as its buyer finds it in the first mail."""
        told = next(message.body for message in mail.outbox if message.to == [address])
        return next(word for word in told.split() if word.startswith(f"{self.url}/") and "/commande/" in word)

    def books_agree(self) -> bool:
        assert reconcile() == []
        assert check_invariants() == []
        return True


@contextmanager
def a_small_shop(url: str) -> Iterator[SmallShop]:
    cache.clear()  # the rate limits count in it
    with a_clock_of_its_own() as clock:
        a_home()
        a_legal_text()
        a_zone()
        a_rate(80)
        for name in STAFF:
            user = User.objects.create_user(name, email=f"{name}@example.org", password=PASSWORD)
            user.user_permissions.set(Permission.objects.filter(codename__in=STAFF_PERMISSIONS))
        User.objects.create_user(REVIEWER, password=PASSWORD).groups.add(Group.objects.get(name=MODERATORS_OF_PRODUCTS))
        shelf = CategoryFactory(name_fr="Récoltes", name_ar="محاصيل")
        yield SmallShop(
            url=url,
            clock=clock,
            honey=_a_lot(shelf, _tinas_cop(), "miel-thym", "Miel de thym", "عسل الزعتر", price="130"),
            oil=_a_lot(shelf, _qatr_nada(), "huile-lavande", "Huile de lavande", "زيت الخزامى", price="85"),
            courier=CourierFactory(name="Rachid"),
        )


def _tinas_cop() -> Cooperative:
    return CooperativeFactory(
        slug="tinas-cop", name_fr="Tinas Cop", name_ar="تيناس كوب", rib=a_rib(1), accent="honey", email="tinas@example.org"
    )  # fmt: skip


def _qatr_nada() -> Cooperative:
    return CooperativeFactory(
        slug="qatr-nada", name_fr="Qatr Nada", name_ar="قطر الندى", rib=a_rib(2), accent="lavender", email="qatr@example.org"
    )  # fmt: skip


def _a_lot(shelf: Category, cooperative: Cooperative, slug: str, french: str, arabic: str, *, price: str) -> Lot:
    return LotFactory(
        variant__price=Decimal(price),
        variant__product__name_fr=french,
        variant__product__name_ar=arabic,
        variant__product__sale__slug=slug,
        variant__product__sale__cooperative=cooperative,
        variant__product__sale__category=shelf,
    )
