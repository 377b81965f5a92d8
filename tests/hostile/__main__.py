"""All 150 texts in every field, all 60 files through every door: `python -m tests.hostile`. The last line counts.

`make test` takes a tenth of the texts, once, and sends each file through one door. `TURNS=4` ends the texts after so many turns.
"""

import sys
from pathlib import Path

from tests import whole

if __name__ == "__main__":
    sys.exit(whole.run("--show-capture=no", Path(__file__).parent))
