"""Names that nobody has yet."""

from collections.abc import Collection
from itertools import count


def first_free(name: str, taken: Collection[str]) -> str:
    """`miel`, then `miel-2`, `miel-3`, …: the first that is not taken."""
    return next(free for number in count(1) if (free := f"{name}-{number}" if number > 1 else name) not in taken)
