"""Read the texts of the demonstration, which are TOML files beside this module."""

import tomllib
from pathlib import Path

from django.utils.html import escape

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
LANGUAGES = ("fr", "ar", "en")
COOPERATIVES = ("qatr-nada", "tinas-cop")


def read(name: str) -> dict:
    return tomllib.loads((HERE / "data" / f"{name}.toml").read_text(encoding="utf-8"))


def texts(row: dict, *fields: str, languages=LANGUAGES) -> dict[str, str]:
    """`name_fr`, `name_ar`, … of these fields, without the line ends that TOML leaves around long texts."""
    return {
        f"{field}_{language}": row[f"{field}_{language}"].strip()
        for field in fields
        for language in languages
        if f"{field}_{language}" in row
    }


def names(row: dict) -> dict[str, str]:
    return texts(row, "name", languages=(*LANGUAGES, "zgh"))


def as_paragraphs(text: str) -> str:
    """HTML of a text whose paragraphs blank lines part."""
    return "".join(f"<p>{escape(paragraph.strip())}</p>" for paragraph in text.split("\n\n") if paragraph.strip())


def as_rich_text(text: str) -> str:
    """HTML of a text whose paragraphs blank lines part; "## " begins a heading, "- " an entry of a list."""
    return "".join(map(_as_block, filter(None, (block.strip() for block in text.split("\n\n")))))


def _as_block(block: str) -> str:
    if block.startswith("## "):
        return f"<h2>{escape(block[3:])}</h2>"
    if block.startswith("- "):
        return f"<ul>{''.join(f'<li>{escape(line[2:])}</li>' for line in block.splitlines())}</ul>"
    return f"<p>{escape(block)}</p>"
