"""The small shop with a provider of cards beside it, on the same machine and at the same time of the same day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.providers.running import LocalProvider, running_provider

from .small_shop import SmallShop


@dataclass
class CardShop:
    shop: SmallShop
    provider: LocalProvider

    def let_pass(self, **time: int) -> None:
        """For the shop alone: a page of the provider that is open stays open."""
        self.shop.let_pass(**time)

    def told(self) -> None:
        """The shop has heard all that the provider has to tell."""
        self.provider.callbacks.settle(10)
        self.shop.tick()


@contextmanager
def a_card_shop(shop: SmallShop, settings) -> Iterator[CardShop]:
    with running_provider(webhook_url=f"{shop.url}/webhooks/stripe/") as provider:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = provider.key, [provider.webhook_secret]
        settings.STRIPE_API_BASE = settings.STRIPE_PAY_ORIGIN = provider.url
        settings.CMI_CLIENT_ID, settings.CMI_STORE_KEY = provider.cmi_client_id, provider.cmi_store_key
        settings.CMI_PAGE = provider.cmi_url
        provider.advance(round((shop.clock.time - datetime.now(UTC)).total_seconds()))
        yield CardShop(shop, provider)
