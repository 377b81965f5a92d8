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
from time import monotonic

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
            for language in ("fr", "ar"):
                readable, bought = slow_3g(browser, shop, language, runs=asked.runs)
                print(f"{'product ' + language + ', slow 3G':22} readable {readable:.1f} s  in the cart {bought:.1f} s")
                failures += [f"product {language}: readable after {readable:.1f} s on slow 3G"] * (
                    readable > READABLE_IN
                )
        cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in buyer.cookies)
        plain = measure(lighthouse, shop.url + buyer.address("no connection", "fr"), runs=asked.runs)
        print(f"{'a page of few words':22} LCP {plain['lcp']:5.0f} ms  TBT {plain['tbt']:4.0f} ms", flush=True)
        for language, place in PAGES:
            if asked.places and place not in asked.places:
                continue
            own = place in OWN
            seen = measure(
                lighthouse, shop.url + buyer.address(place, language), runs=asked.runs, cookies=cookies if own else ""
            )
            scores = "  ".join(f"{name} {seen[name]:3.0f}" for name in CATEGORIES)
            times = f"LCP {seen['lcp']:5.0f} ms  TBT {seen['tbt']:4.0f} ms  CLS {seen['cls']:.3f}"
            print(f"{place + ' ' + language:22} {times}  {scores}", flush=True)
            failures += [
                f"{place} {language}: {name} {seen[name]:.0f} ({', '.join(seen['faults'])})"
                for name in CATEGORIES
                if seen[name] < LEAST[name] and not (own and name == "seo")  # one's own pages are not to be found
            ]
            failures += [f"{place} {language}: layout shift {seen['cls']:.3f}"] * (seen["cls"] > MOST_SHIFT)
            slow = seen["lcp"] > MOST_TIMES_PLAIN * plain["lcp"]
            failures += [
                f"{place} {language}: LCP {seen['lcp'] / plain['lcp']:.1f} × that of the page of few words"
            ] * slow
    for failure in failures:
        print("FAILED", failure)
    return 1 if failures else 0


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


def measure(lighthouse: Path, url: str, *, runs: int, cookies: str = "") -> dict:
    """Medians: scores in percent, times in milliseconds; and the audits that cost points in the last run."""
    command = [
        lighthouse, url, "--output=json", "--quiet", "--only-categories=" + ",".join(CATEGORIES),
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage",
    ]  # fmt: skip
    if cookies:
        command.append("--extra-headers=" + json.dumps({"Cookie": cookies}))
    reports = []
    for _ in range(runs):
        reports.append(a_report(command))

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


def a_report(command: list, *, tries: int = 3) -> dict:
    """One run. Chromium sometimes ends before Lighthouse has connected: then there is no report, and it is asked again."""
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
