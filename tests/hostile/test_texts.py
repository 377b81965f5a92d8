"""Whatever somebody writes into any field, nothing of it runs in the browser of another person."""

import os

import pytest
from django.core.cache import cache
from django.template import engines

from catalog.models import Product
from tests.factories.catalog import LotFactory
from tests.factories.store import a_zone

from .campaign import Campaign
from .payloads import LINKS, PAYLOADS
from .watch import Seen, Watch
from .writing import Pen

WHOLE = bool(os.environ.get("WHOLE"))
#: In CI a tenth of the texts, once through every form: as many of them in each field as it holds.
TEXTS, TURNS = (PAYLOADS, int(os.environ.get("TURNS", 0)) or None) if WHOLE else (PAYLOADS[::10], 1)


@pytest.fixture(autouse=True)
def _often(settings, quiet):
    """Nobody is refused for coming often, and nothing is remembered of what another test wrote."""
    cache.clear()
    settings.RATE_LIMITS = {name: (10**6, 60) for name in settings.RATE_LIMITS}
    settings.UNCONFIRMED_ORDERS_PER_PHONE = 10**6


@pytest.mark.indexed  # pages of the admin that tell where something is used
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_nothing_that_is_written_runs(live_server, browser, record_testsuite_property):
    pen = Pen(tuple(TEXTS), tuple(link for link in LINKS if link in TEXTS), copies=3 if WHOLE else 1)
    campaign = Campaign(browser, live_server.url, pen)
    minutes = campaign.run(most_turns=TURNS)
    visitor, editor = campaign.visitor.seen, campaign.editor.seen
    figures = (
        f"{len(TEXTS)} texts, {len(pen.packs)} fields behind {len(campaign.fields)} forms, {pen.count} texts written, "
        f"{visitor.pages + editor.pages} pages opened ({editor.pages} by another editor) in {minutes:.0f} minutes: "
        f"{len(visitor.ran + editor.ran)} ran, {len(visitor.stopped)} stopped by the policy of the public pages"
    )
    print(figures)
    record_testsuite_property("texts", figures)
    assert {"ran": visitor.ran + editor.ran, "stopped": visitor.stopped + editor.stopped} == {"ran": [], "stopped": []}
    assert visitor.broken + editor.broken == []


# -- Controls: the watch sees what runs, and what would -------------------------------------------------------------


@pytest.fixture
def careless(monkeypatch):
    """Every template writes what it is given as it is."""
    monkeypatch.setattr(engines["django"].engine, "autoescape", False)


@pytest.fixture
def honey(db):
    a_zone()
    return LotFactory(variant__product__sale__slug="miel").variant.product


def seen_on_the_page_of(product, text: str, browser, url: str) -> Seen:
    Product.objects.filter(pk=product.pk).update(description_fr=text)
    watch = Watch(browser, url)
    watch.open("/fr/boutique/miel/")
    watch.close()
    return watch.seen


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_were_a_template_careless_the_policy_would_stop_it_and_the_watch_would_tell(
    live_server, browser, honey, careless
):
    seen = seen_on_the_page_of(honey, "<script>__ran__()</script>", browser, live_server.url)
    assert seen.stopped and not seen.ran
    assert seen_on_the_page_of(honey, "<a href='javascript:__ran__()'>x</a>", browser, live_server.url).ran


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_were_there_no_policy_either_it_would_run_and_the_watch_would_tell(
    live_server, browser, honey, careless, settings
):
    settings.CONTENT_SECURITY_POLICY = None
    seen = seen_on_the_page_of(
        honey, "<script>__ran__()</script><img src=//canary.invalid/i.png>", browser, live_server.url
    )
    assert {text.partition(" ")[0] for text in seen.ran} >= {"RAN", "asked"} and not seen.stopped


#: Where a careless page might write a text.
PLACES = ("<p>{}</p>", '<a href="{}">x</a>', "<p title='{}'>x</p>", '<script>var text = "{}";</script>')


def test_three_texts_of_five_would_run_on_a_careless_page(browser, record_testsuite_property):
    """The others need a place of another kind, a template that is run twice, or a browser of another time."""
    watch = Watch(browser, "http://127.0.0.1")
    running = set()
    for text in TEXTS:
        for place in PLACES:
            watch.seen.ran.clear()
            watch.read(place.format(text.encode(errors="replace").decode()))
            if watch.seen.ran:
                running.add(text)
                break
    watch.close()
    record_testsuite_property(
        "teeth", f"{len(running)} of {len(TEXTS)} texts are seen to run where a page does not escape"
    )
    assert len(running) > len(TEXTS) * 0.6, set(TEXTS) - running
