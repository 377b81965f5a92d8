"""`python -m tests.providers`: the local provider beside a demonstration shop, until it is told to end."""

import argparse
import os
import signal
import threading
import time
from pathlib import Path

from .callbacks import NotHere
from .running import LocalProvider


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.providers",
        description="A local stand-in for Stripe and CMI on 127.0.0.1. No money moves.",
        epilog="Keys are better given as STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET and CMI_STORE_KEY: "
        "everybody on a machine can read its list of processes.",
    )
    environment = os.environ.get
    parser.add_argument("--port", type=int, default=8020)
    parser.add_argument("--key", default=environment("STRIPE_SECRET_KEY", ""), help="begins with sk_test_")
    parser.add_argument("--webhook-secret", default=environment("STRIPE_WEBHOOK_SECRET", ""))
    parser.add_argument("--webhook-url", default="", help="the shop's address for Stripe's events, on this machine")
    parser.add_argument("--cmi-store-key", default=environment("CMI_STORE_KEY", ""))
    parser.add_argument("--cmi-client-id", default=environment("CMI_CLIENT_ID", "600000000"))
    parser.add_argument("--state", type=Path, default=None, metavar="FILE", help="keeps payments for the next start")
    chosen = parser.parse_args(given)
    if not chosen.key.startswith("sk_test_"):
        parser.error("a test key is needed, one that begins with sk_test_; real keys are not taken")
    return chosen


def say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def main() -> None:
    chosen = arguments()
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    try:
        provider = LocalProvider(
            webhook_url=chosen.webhook_url,
            key=chosen.key,
            webhook_secret=chosen.webhook_secret,
            cmi_store_key=chosen.cmi_store_key,
            cmi_client_id=chosen.cmi_client_id,
            port=chosen.port,
            state_file=chosen.state,
            log=say,
        )
    except (NotHere, OSError) as error:
        raise SystemExit(f"The local provider of card payments does not start: {error}") from error
    provider.start()
    say(f"The local provider of card payments listens on {provider.url} (no money moves)")
    over.wait()
    provider.stop()


if __name__ == "__main__":
    main()
