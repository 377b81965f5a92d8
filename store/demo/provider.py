"""The local provider of card payments beside the demonstration; it lies in `tests/`, because tests use it as well."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

if TYPE_CHECKING:
    from tests.providers.running import LocalProvider

HOST = "127.0.0.1"


def command(shop_port: int) -> list[str]:
    """What starts it; its keys come by `environment`, which no list of processes shows."""
    return [
        sys.executable, "-m", "tests.providers", f"--port={settings.PROVIDER_PORT}", f"--state={settings.PROVIDER_STATE}",
        f"--webhook-url=http://{HOST}:{shop_port}{reverse('stripe_webhook')}",
    ]  # fmt: skip


def environment() -> dict[str, str]:
    return {
        "STRIPE_SECRET_KEY": settings.STRIPE_SECRET_KEY,
        "STRIPE_WEBHOOK_SECRET": settings.STRIPE_WEBHOOK_SECRETS[0],
        "CMI_CLIENT_ID": settings.CMI_CLIENT_ID,
        "CMI_STORE_KEY": settings.CMI_STORE_KEY,
        "PYTHONPATH": str(settings.BASE_DIR),  # wherever the command was typed
    }


@contextmanager
def while_loading() -> "Iterator[LocalProvider | None]":
    """It runs within this process while orders are loaded, tells nobody, and leaves what it knows to the one that is served.

    None where it is not there: a copy of the shop without its tests sells without cards.
    """
    if not settings.HAS_LOCAL_PROVIDER:
        yield None
        return
    from tests.providers.running import running_provider  # not there in every copy of the shop

    settings.PROVIDER_STATE.unlink(missing_ok=True)  # of payments of orders that are no more
    with running_provider(
        key=settings.STRIPE_SECRET_KEY,
        webhook_secret=settings.STRIPE_WEBHOOK_SECRETS[0],
        cmi_store_key=settings.CMI_STORE_KEY,
        cmi_client_id=settings.CMI_CLIENT_ID,
        port=settings.PROVIDER_PORT,
        state_file=settings.PROVIDER_STATE,
    ) as provider:
        yield provider
