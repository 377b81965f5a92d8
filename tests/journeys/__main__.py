"""The journeys that CI walks a fixed sample of, all of them: `python -m tests.journeys`. The last line counts."""

import sys
from pathlib import Path

from tests import whole

#: Files whose places are halved unless WHOLE is set.
SAMPLED = ["test_accessibility.py", "test_desks.py", "test_weight.py"]

if __name__ == "__main__":
    sys.exit(whole.run(*[Path(__file__).parent / name for name in SAMPLED]))
