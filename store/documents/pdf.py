"""Paper: a page drawn as a PDF by WeasyPrint, with our own letters, and nothing fetched from anywhere."""

from functools import cache
from pathlib import Path
from types import ModuleType

SHEETS = Path(__file__).resolve().parents[1] / "static" / "css"
FONTS = Path(__file__).resolve().parent / "fonts"
#: What each font is asked for by; nothing else is answered.
WEIGHTS = {"paper:regular": 400, "paper:bold": 700}


class NoPdf(Exception):
    """This machine has no pango, which draws the letters: the paper can be printed by the browser instead."""


def pdf_of(html: str, *, stylesheet: str) -> bytes:
    """An HTML page on paper; `stylesheet` is the name of one of ours. What the page refers to elsewhere is left out.

    Raises:
        NoPdf: pango is not installed.
    """
    weasyprint = _weasyprint()
    fetcher = _own_fonts_only(weasyprint)
    fonts = weasyprint.text.fonts.FontConfiguration()
    sheets = [
        weasyprint.CSS(string=text, url_fetcher=fetcher, font_config=fonts)
        for text in (_faces(), (SHEETS / stylesheet).read_text())
    ]
    return weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=sheets, font_config=fonts)


def _weasyprint() -> ModuleType:
    """Imported when the first paper is drawn: it takes a second, and a machine without pango still sells."""
    try:
        import weasyprint
        import weasyprint.text.fonts
    except OSError as error:  # a library that cannot be loaded
        raise NoPdf from error
    return weasyprint


def _faces() -> str:
    return "\n".join(
        f'@font-face {{ font-family: "Paper"; font-weight: {weight}; src: url("{url}"); }}'
        for url, weight in WEIGHTS.items()
    )


@cache
def _letters(weight: int) -> bytes:
    return (FONTS / f"alexandria-{weight}.ttf").read_bytes()


def _own_fonts_only(weasyprint: ModuleType):
    class OwnFontsOnly(weasyprint.urls.URLFetcher):
        """Hands out our fonts by their names. No network, no other file."""

        def fetch(self, url, headers=None):
            if url not in WEIGHTS:
                raise ValueError("papers fetch nothing but our own fonts")
            return weasyprint.urls.URLFetcherResponse(url, _letters(WEIGHTS[url]), {"Content-Type": "font/ttf"})

    return OwnFontsOnly()
