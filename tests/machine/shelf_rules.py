"""What cooperatives and staff do to lots, prices and what is on sale."""

from datetime import timedelta

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from catalog.models import Cooperative, ProductSale, Variant
from catalog.money import from_centimes
from catalog.stock import actions as stock
from store.models import DeliveryZone

from .core import Deeds, variants, which
from .shop import NEAR


class ShelfRules(Deeds):
    @initialize()
    def stock_the_shelf(self):
        """Two lots of most variants, few enough to run out."""
        for variant, quantity, days in ((0, 4, 2), (0, 5, 60), (1, 3, None), (2, 6, 9), (2, 2, 1), (3, 7, None)):
            self.receive(variant, quantity, days)

    @rule(variant=variants, quantity=st.integers(1, 9), days=st.sampled_from([None, -1, 0, 1, 2, 9, 60]))
    def receive(self, variant, quantity, days):
        best_before = None if days is None else self.model.today + timedelta(days=days)
        code = f"LOT-{len(self.lots)}"
        lot = self.do(
            "receive",
            lambda: stock.receive(self.shop.variants[variant], code=code, quantity=quantity, best_before=best_before),
            lambda: self.model.receive(variant, quantity, best_before),
        )
        self.lots.append(lot)
        self.numbers.lots[lot.pk] = len(self.numbers.lots)

    @precondition(lambda self: self.lots)
    @rule(which=which, change=st.integers(-6, 6))
    def adjust(self, which, change):
        number = which % len(self.lots)
        self.do(
            "adjust",
            lambda: stock.adjust(self.lots[number], change, reason="counted"),
            lambda: self.model.adjust(self.model.lots[number], change),
        )

    @precondition(lambda self: self.lots)
    @rule(which=which)
    def block_or_unblock(self, which):
        """A blocked lot is mostly set free again."""
        blocked = [lot for lot in self.model.lots if lot.blocked_at]
        if blocked and which % 4:
            lot = blocked[which % len(blocked)]
            self.do("unblock", lambda: stock.unblock(self.lots[lot.number]), lambda: self.model.unblock(lot))
        else:
            self.block(self.model.lots[which % len(self.lots)])

    def block(self, lot):
        self.do("block", lambda: stock.block(self.lots[lot.number], because="glass"), lambda: self.model.block(lot))

    @rule(variant=variants, what=st.sampled_from(["variant", "product", "cooperative", "nothing", "nothing"]))
    def withdraw_or_put_back(self, variant, what):
        """Off sale in one of three ways; else all is on sale again."""
        row = self.shop.variants[variant]
        match what:
            case "variant":
                Variant.objects.filter(pk=row.pk).update(is_active=False)
            case "product":
                ProductSale.objects.filter(product=row.product_id).update(withdrawn_at=timezone.now())
            case "cooperative":
                Cooperative.objects.filter(sales__product=row.product_id).update(suspended_at=timezone.now())
            case "nothing":
                Variant.objects.update(is_active=True)
                ProductSale.objects.update(withdrawn_at=None)
                Cooperative.objects.update(suspended_at=None)
        self.model.withdraw(variant, what)
        self.counts[f"withdraw: {what}"] += 1

    @rule(variant=variants, price=st.sampled_from([1, 995, 8500]))
    def reprice(self, variant, price):
        self.price(variant, price)

    @rule(courier=st.sampled_from([0, 2500]))
    def reprice_delivery(self, courier):
        DeliveryZone.objects.filter(pk=self.shop.zone.pk).update(price=from_centimes(courier))
        self.model.courier[NEAR] = courier
        self.counts["reprice: delivery"] += 1
