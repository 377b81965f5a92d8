"""Read the texts of the demonstration, which are TOML files beside this module."""

import tomllib
from pathlib import Path

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
