"""CMI's signature, version 3, written from its description and not from the shop's own."""

import base64
import hashlib
import hmac
import re


def natural(name: str) -> list[tuple[int, int, str]]:
    """`BillToStreet2` comes before `BillToStreet12`, capitals do not count."""
    parts = re.split(r"(\d+)", name.lower())
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part]


def plain(fields: dict[str, str], store_key: str) -> str:
    signed = sorted((name for name in fields if name.lower() not in {"hash", "encoding"}), key=natural)
    values = [fields[name].strip() for name in signed] + [store_key]
    return "|".join(value.replace("\\", "\\\\").replace("|", "\\|") for value in values)


def signature(fields: dict[str, str], store_key: str) -> str:
    return base64.b64encode(hashlib.sha512(plain(fields, store_key).encode()).digest()).decode()


def is_signed(fields: dict[str, str], store_key: str) -> bool:
    given = next((value for name, value in fields.items() if name.lower() == "hash"), "")
    return hmac.compare_digest(given.encode(), signature(fields, store_key).encode())
