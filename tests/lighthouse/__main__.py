"""What Lighthouse says of each kind of page on a telephone: `python -m tests.lighthouse [--runs 5] [page …]`.

The shop runs as `make run` starts it, with nothing in front of it. Times depend on the machine, so a page of
few words of the same server is measured in the same run, and the largest picture or text may take at most twice as long.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import monotonic, sleep

from playwright.sync_api import sync_playwright

from tests.journeys.places import OWN, a_buyer
from tests.journeys.running import PHONE, a_shop

ROOT = Path(__file__).resolve().parents[2]
VERSION = "13.5.0"
FOLDER = ROOT / ".venv" / f"lighthouse-{VERSION}"
PAGES = [
    *[
        (language, place)
        for place in ("home", "listing", "product", "cooperative", "stories", "story", "guide")
        for language in ("fr", "ar")
    ],
    *[(language, place) for place in ("cart", "checkout") for language in ("fr", "ar")],
]
#: A page of few words, to compare with.
PLAIN = ("fr", "no connection")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = {"performance": 97, "accessibility": 100, "best-practices": 100, "seo": 100}
MOST_SHIFT = 0.01
MOST_TIMES_PLAIN = 2
READABLE_IN = 3
#: Notes when a frame is painted that shows name, price and button, in milliseconds since the address was asked for.
WATCH = """(() => { const look = () => {
    const shown = ["h1", ".size__price", ".buy .button"].every(
        place => document.querySelector(place)?.getBoundingClientRect().height
    ) && performance.getEntriesByName("first-contentful-paint").length;
    if (shown) window.readableAt = performance.now(); else requestAnimationFrame(look);
}; requestAnimationFrame(look); })()"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lighthouse", description=__doc__)
    parser.add_argument("places", nargs="*", help="kinds of pages; all of them if none is named")
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    lighthouse = installed()
    failures = []
    with tempfile.TemporaryDirectory() as folder, a_shop(Path(folder)) as shop:
        with a_browser() as browser:
            buyer = a_buyer(browser, shop)
            wait_for_rest(shop)
            for language in ("fr", "ar"):
                readable, bought = slow_3g(browser, shop, language, runs=asked.runs)
                print(f"{'product ' + language + ', slow 3G':22} readable {readable:.1f} s  in the cart {bought:.1f} s")
                failures += [f"product {language}: readable after {readable:.1f} s on slow 3G"] * (
                    readable > READABLE_IN
                )
        cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in buyer.cookies)
        pages = [PLAIN, *[page for page in PAGES if not asked.places or page[1] in asked.places]]
        reports: dict = {page: [] for page in pages}
        for round_ in range(1, asked.runs + 1):
            for page in pages:  # one after the other: a slow minute of the machine falls on all of them alike
                language, place = page
                address = shop.url + buyer.address(place, language)
                reports[page].append(a_report(lighthouse, address, cookies if place in OWN else ""))
            print(f"round {round_} of {asked.runs}", flush=True)
    failures += judge({page: medians(of_page) for page, of_page in reports.items()})
    for failure in failures:
        print("FAILED", failure)
    return 1 if failures else 0


def judge(seen: dict) -> list[str]:
    """Prints what was seen of each page; returns what is not good enough."""
    failures, plain = [], seen[PLAIN]
    for (language, place), of_page in seen.items():
        scores = "  ".join(f"{name} {of_page[name]:3.0f}" for name in CATEGORIES)
        times = f"LCP {of_page['lcp']:5.0f} ms  TBT {of_page['tbt']:4.0f} ms  CLS {of_page['cls']:.3f}"
        print(f"{place + ' ' + language:22} {times}  {scores}")
        if (language, place) == PLAIN:
            continue
        failures += [
            f"{place} {language}: {name} {of_page[name]:.0f} ({', '.join(of_page['faults'])})"
            for name in CATEGORIES
            if of_page[name] < LEAST[name]
            and not (place in OWN and name == "seo")  # one's own pages are not to be found
        ]
        failures += [f"{place} {language}: layout shift {of_page['cls']:.3f}"] * (of_page["cls"] > MOST_SHIFT)
        times_plain = of_page["lcp"] / plain["lcp"]
        failures += [f"{place} {language}: LCP {times_plain:.1f} × that of the page of few words"] * (
            times_plain > MOST_TIMES_PLAIN
        )
    return failures


def wait_for_rest(shop) -> None:
    """A shop that has just begun draws pictures: visitors of a shop in use do not meet that."""
    unfinished = "SELECT 1 FROM django_tasks_database_dbtaskresult WHERE status IN ('READY', 'RUNNING') LIMIT 1"
    while shop.ask(unfinished):
        sleep(1)


def slow_3g(browser, shop, language: str, *, runs: int) -> tuple[float, float]:
    """Medians, in seconds since the address was asked for: until name, price and button are painted, and until the product
    is in the cart of somebody who presses at once. 400 kbit/s, 400 ms, a processor four times slower."""
    seen = []
    for _ in range(runs):
        context = browser.new_context(base_url=shop.url, **PHONE)
        page = context.new_page()
        page.add_init_script(WATCH)
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 400, "downloadThroughput": 51_200, "uploadThroughput": 51_200},
        )
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        started = monotonic()
        page.goto(f"/{language}/boutique/miel-thym/", wait_until="commit")
        page.locator(".buy .button").wait_for()
        while not (painted := page.evaluate("window.readableAt")):
            page.wait_for_timeout(20)
        page.locator(".buy .button").click()
        page.locator(".toast, .line").first.wait_for()
        seen.append((painted / 1000, monotonic() - started))
        context.close()
    return median(painted for painted, _ in seen), median(bought for _, bought in seen)


def medians(reports: list[dict]) -> dict:
    """Scores in percent, times in milliseconds; and the audits that cost points in the last run."""

    def of(audit: str) -> float:
        return median(report["audits"][audit]["numericValue"] for report in reports)

    last = reports[-1]["audits"]
    return {
        **{name: median((report["categories"][name]["score"] or 0) * 100 for report in reports) for name in CATEGORIES},
        "lcp": of("largest-contentful-paint"),
        "tbt": of("total-blocking-time"),
        "cls": of("cumulative-layout-shift"),
        "faults": [name for name, audit in last.items() if audit["score"] is not None and audit["score"] < 0.9],
    }


def a_report(lighthouse: Path, url: str, cookies: str, *, tries: int = 4) -> dict:
    """One run. Chromium sometimes ends before Lighthouse has connected: then there is no report, and it is asked again."""
    command = [
        lighthouse, url, "--output=json", "--quiet", "--only-categories=" + ",".join(CATEGORIES),
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage",
    ]  # fmt: skip
    if cookies:
        command.append("--extra-headers=" + json.dumps({"Cookie": cookies}))
    environment = {**os.environ, "CHROME_PATH": os.environ["CHROMIUM"]}
    for attempt in range(1, tries + 1):
        said = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        if said.returncode == 0:
            return json.loads(said.stdout)
        print(f"  no report, attempt {attempt}: {said.stderr.strip().splitlines()[-1:]}", flush=True)
    raise RuntimeError("Lighthouse gave no report")


@contextmanager
def a_browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=["--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


def installed() -> Path:
    """Lighthouse from npm, fetched once."""
    if not (FOLDER / "node_modules").exists():
        print("Fetching Lighthouse", flush=True)
        FOLDER.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--silent", "--no-save", "--no-package-lock", "--prefix", str(FOLDER)]
        subprocess.run([*install, f"lighthouse@{VERSION}"], check=True)
    return FOLDER / "node_modules" / ".bin" / "lighthouse"


if __name__ == "__main__":
    sys.exit(main())
