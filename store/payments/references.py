"""The number of an order, found in what people and banks make of it."""

import re

from catalog.text_folding import western_digits

#: `TW-1234567`, and with other marks, spaces or none between its pieces; an eighth digit makes it another number.
_NUMBER = re.compile(r"T[\W_]{0,2}W[\W_]{0,3}(\d(?:[\W_]{0,2}\d){6})(?![\W_]?\d)", re.IGNORECASE)
_LOOSE = re.compile(r"T[\W_]{0,2}W[\W_]{0,3}(\d{7})(?!\d)", re.IGNORECASE)


def numbers_in(text: str) -> list[str]:
    """Every number of an order that a label may mean, as orders are numbered: `vir tw 1234567` gives `TW-1234567`."""
    text = western_digits(text)
    found = [*_LOOSE.findall(text), *_NUMBER.findall(text)]
    return list(dict.fromkeys(f"TW-{re.sub(r'[^0-9]', '', digits)}" for digits in found))
