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

from playwright.sync_api import sync_playwright

from tests.journeys.conftest import a_shop
from tests.journeys.places import OWN, a_buyer

ROOT = Path(__file__).resolve().parents[2]
VERSION = "13.5.0"
FOLDER = ROOT / ".venv" / f"lighthouse-{VERSION}"
PAGES = [
    *[(language, place) for place in ("home", "listing", "product", "cooperative") for language in ("fr", "ar")],
    *[(language, place) for place in ("cart", "checkout") for language in ("fr", "ar")],
]
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = {"performance": 97, "accessibility": 100, "best-practices": 100, "seo": 100}
MOST_SHIFT = 0.01
MOST_TIMES_PLAIN = 2


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
        environment = {**os.environ, "CHROME_PATH": os.environ["CHROMIUM"]}
        said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
        reports.append(json.loads(said))

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
