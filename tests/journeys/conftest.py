"""A running shop, and browsers to walk through it."""

import subprocess
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from .places import PATIENCE, Buyer, a_buyer
from .running import ROOT, SIZES, a_shop
from .small_shop import a_small_shop

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    with a_shop(tmp_path_factory.mktemp("var")) as running:
        yield running


@pytest.fixture(scope="session")
def buyer(browser, shop) -> Buyer:
    return a_buyer(browser, shop)


@pytest.fixture(scope="session")
def checker() -> str:
    return subprocess.run([ROOT / ".ci/vnu"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def open_browser(browser, shop):
    """Open a page in a browser of this size; fails at the end if it met an error, another site or a CSP violation."""
    with browsers_at(browser, shop.url) as open_:
        yield open_


@pytest.fixture
def small_shop(live_server, settings):
    settings.SITE_URL = live_server.url
    with a_small_shop(live_server.url) as open_shop:
        yield open_shop


@pytest.fixture
def open_here(browser, small_shop):
    """As `open_browser`, in the small shop."""
    with browsers_at(browser, small_shop.url) as open_:
        yield open_


@contextmanager
def browsers_at(browser, url: str, *neighbors: str):
    """What opens browsers of people who visit the shop at this address (and `neighbors`), and looks for troubles at the end.

    What they ask of other sites is told here and stopped by the browser, which knows no names but ours (tests/conftest.py).
    """
    contexts, troubles = [], []

    def open_(size: str = "phone", cookies=(), **options):
        options = {"service_workers": "block", **SIZES[size], **options}
        context = browser.new_context(locale="fr-MA", timezone_id="Africa/Casablanca", base_url=url, **options)
        context.set_default_timeout(PATIENCE)
        context.add_cookies(list(cookies))
        contexts.append(context)

        def look_whom_it_asks(request) -> None:
            if not request.url.startswith((url, *neighbors, "data:", "blob:")):
                troubles.append(f"asked another site: {request.url}")

        context.on("request", look_whom_it_asks)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
        page.on("console", lambda message: "Content Security Policy" in message.text and troubles.append(message.text))
        page.on("response", lambda answer: answer.status >= 500 and troubles.append(f"{answer.status} {answer.url}"))
        return page

    yield open_
    for context in contexts:
        context.close()
    assert troubles == []
