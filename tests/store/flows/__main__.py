"""A hundred thousand orders counted, three hundred through the shop, a month of two thousand, a recall of a thousand:
`python -m tests.store.flows`.

`make test` takes samples of them. The last line counts.
"""

import sys
from pathlib import Path

from tests import whole

WHOLE = (
    "test_exact_to_the_centime.py",
    "test_exact_through_the_shop.py",
    "test_a_month_of_orders.py",
    "test_recall.py",
)

if __name__ == "__main__":
    sys.exit(whole.run(*[Path(__file__).parent / name for name in WHOLE]))
