"""Every kind of page on one sheet: `python -m tests.contact_sheet [folder] [--places …]`.

For each language and size a JPEG with the pages side by side, as a visitor with a filled cart sees them. With
`--full` each page is also kept whole, as a PNG, to be looked at closely.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import sync_playwright

from tests.journeys.places import PLACES, Buyer, a_buyer
from tests.journeys.running import ROOT, SIZES, Shop, a_shop

from .unlinked import KINDS

LANGUAGES = ("fr", "ar")
#: Shown in another way than to a buyer with a full cart who asks for an address.
OTHERWISE = ("empty cart", "printed order", *KINDS)
#: Size → (width of a page on the sheet, its greatest height, pages in a row), in pixels.
LAYOUT = {"phone": (240, 900, 8), "desk": (400, 560, 5)}
#: The same of a block in one state.
BLOCK_LAYOUT = (240, 420, 9)
MARGIN, CAPTION = 16, 22
EVERYTHING_HAS_COME = """async () => {
    const seen = new CSSStyleSheet();  // what is below the screen is drawn too
    seen.replaceSync("* { content-visibility: visible !important }");
    document.adoptedStyleSheets.push(seen);
    for (const image of document.images) image.loading = "eager";
    await Promise.all([...document.images].map(image => image.decode().catch(() => null)));
    await document.fonts.ready;
}"""
PAPER, INK = "#d9d3c7", "#1c2b24"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.contact_sheet", description=__doc__)
    parser.add_argument("folder", nargs="?", default="docs/design", type=Path)
    parser.add_argument("--places", nargs="*", default=[*PLACES, *OTHERWISE])
    parser.add_argument("--full", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, a_shop(Path(folder)) as shop, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"))
        buyer = a_buyer(browser, shop)
        for size in LAYOUT:
            for language in LANGUAGES:
                pictures = photograph(browser, shop, buyer, asked.places, language, size)
                if asked.full:
                    for place, picture in pictures.items():
                        picture.save(asked.folder / f"{language}-{size}-{place.replace(' ', '-')}.png")
                sheet(pictures, *LAYOUT[size]).save(asked.folder / f"{language}-{size}.jpg", quality=72, optimize=True)
        for language in LANGUAGES:
            blocks = photograph_blocks(browser, shop.url, language)
            sheet(blocks, *BLOCK_LAYOUT).save(asked.folder / f"{language}-blocks.jpg", quality=72, optimize=True)
        browser.close()


def photograph_blocks(browser, url: str, language: str) -> dict[str, Image.Image]:
    """Block and state → what it looks like on a phone."""
    context = browser.new_context(base_url=url, service_workers="block", **SIZES["phone"])
    page = context.new_page()
    page.goto(f"/{language}/composants/blocs/")
    page.evaluate(EVERYTHING_HAS_COME)
    pictures = {}
    for specimen in page.locator(f".specimen__one[lang={language}]").all():
        name = specimen.evaluate("element => `${element.closest('section').id}, ${element.dataset.state}`")
        pictures[name] = Image.open(BytesIO(specimen.screenshot())).convert("RGB")
    context.close()
    return pictures


def photograph(browser, shop: Shop, buyer: Buyer, places, language: str, size: str) -> dict[str, Image.Image]:
    """Kind of page → the whole page, with every picture loaded."""
    context = browser.new_context(base_url=shop.url, service_workers="block", **SIZES[size])
    context.add_cookies(buyer.cookies)
    page = context.new_page()
    pictures = {}
    for place in sorted(places, key=lambda place: place in OTHERWISE):  # the cart is emptied after all others
        open_place(page, shop, buyer, place, language)
        page.evaluate(EVERYTHING_HAS_COME)
        pictures[place] = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
    context.close()
    return pictures


def open_place(page, shop: Shop, buyer: Buyer, place: str, language: str) -> None:
    page.emulate_media(media="print" if place == "printed order" else "screen")
    if place in KINDS:
        address = f"{shop.url}/{language}/{place}/"
        page.route(
            address,
            lambda route: route.fulfill(body=unlinked(shop, buyer.token, language)[place], content_type="text/html"),
        )
        page.goto(address)
    elif place == "empty cart":
        page.context.clear_cookies()
        page.goto(buyer.address("cart", language))
    else:
        page.goto(buyer.address(place.removeprefix("printed "), language))


@cache
def unlinked(shop: Shop, token: str, language: str) -> dict[str, str]:
    """The HTML of what no address leads to."""
    told = [sys.executable, "-m", "tests.contact_sheet.unlinked", language, token]
    environment = {**os.environ, "VAR_DIR": str(shop.var), "DJANGO_SETTINGS_MODULE": "store.settings.demo"}
    return json.loads(subprocess.run(told, cwd=ROOT, env=environment, check=True, capture_output=True).stdout)


def sheet(pictures: dict[str, Image.Image], width: int, height: int, columns: int) -> Image.Image:
    cell_width, cell_height = width + MARGIN, height + CAPTION + MARGIN
    rows = -(-len(pictures) // columns)
    paper = Image.new("RGB", (columns * cell_width + MARGIN, rows * cell_height + MARGIN), PAPER)
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(size=14)
    for at, (place, picture) in enumerate(pictures.items()):
        x, y = MARGIN + at % columns * cell_width, MARGIN + at // columns * cell_height
        small = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
        pen.text((x, y), place, fill=INK, font=font)
        paper.paste(small.crop((0, 0, width, min(height, small.height))), (x, y + CAPTION))
    return paper


if __name__ == "__main__":
    main()
