"""Which requests the shop has begun with, whatever became of them: in drills only, in the file that DRILL_BEGUN names."""

import os
from pathlib import Path

HEADER = "X-Drill-Request"


class Begun:
    """A middleware around all others. A line is one write at the end of the file, so that processes do not mix theirs."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        file = os.open(os.environ["DRILL_BEGUN"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(file, request.headers.get(HEADER, "").encode() + b"\n")
        finally:
            os.close(file)
        return self.get_response(request)


def begun_in(file: Path) -> set[str]:
    """The names of the requests that the shop has begun with."""
    return set(file.read_text().split())
