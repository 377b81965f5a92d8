"""What checking each hostile file costs, in a process of its own: `python -m tests.hostile.measure` prints JSON lines."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


def peak_kb() -> int:
    """The most memory that this process has had at a time."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])


def cost(name: str, content: Path, check: Callable[[str, Path], dict] | None = None) -> dict:
    """In a fork, so that memory that another file needed does not count."""
    reader, writer = os.pipe()
    if not (child := os.fork()):
        os.write(writer, json.dumps((check or _checked)(name, content)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        seen = json.load(told)
    os.waitpid(child, 0)
    return seen


def _checked(name: str, content: Path) -> dict:
    from django.core.exceptions import ValidationError
    from django.core.files.uploadedfile import TemporaryUploadedFile

    from catalog.media.forms import PictureField
    from catalog.media.uploads import checked_document

    check = checked_document if name.endswith(".pdf") else PictureField().clean
    with TemporaryUploadedFile(name, "", content.stat().st_size, None) as file:
        file.file.write(content.read_bytes())
        return measured(lambda: check(file), ValidationError)


def measured(check: Callable[[], object], refusal: type[Exception]) -> dict:
    """What a check costs, and whether it refused."""
    before, began = peak_kb(), time.process_time()
    try:
        check()
        said = ""
    except refusal as error:
        said = str(error)
    return {"mb": (peak_kb() - before) / 1024, "seconds": time.process_time() - began, "refusal": said}


def main() -> None:
    import django
    from PIL import Image

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "store.settings.test")
    django.setup()
    from catalog.media import forms  # noqa: F401  what a server has loaded by then

    from .files import FILES, picture

    Image.init()
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "warm"
        for kind in ("JPEG", "PNG", "WEBP", "AVIF"):
            warm.write_bytes(picture(kind))
            _checked(f"x.{kind.lower()}", warm)
        for what, (name, make) in FILES.items():
            path = Path(folder) / "content"
            made = os.fork()  # making a large file takes memory too
            if not made:
                path.write_bytes(make())
                os._exit(0)
            os.waitpid(made, 0)
            print(json.dumps({"what": what, **cost(name, path)}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
