"""Who reaches what, with nothing left out: `python -m tests.pages`. The last line counts."""

import sys
from pathlib import Path

from tests import whole

#: Files whose addresses are a fixed sample unless WHOLE is set.
SAMPLED = ["test_isolation.py", "test_isolation_admin.py"]

if __name__ == "__main__":
    sys.exit(whole.run(*[Path(__file__).parent / name for name in SAMPLED]))
