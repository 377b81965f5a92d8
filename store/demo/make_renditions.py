"""Make the renditions of the demonstration pictures and their `manifest.json`. By hand; needs Pillow with AVIF:

python store/demo/make_renditions.py

The originals lie in the subfolders of `pictures/`; the files in `pictures/renditions/` are made anew. Filling the shop
then copies files instead of encoding them. Each rendition carries the specification under which Wagtail looks for it.
"""

import json
import shutil
from pathlib import Path

from PIL import Image

PICTURES = Path(__file__).resolve().parent / "pictures"
RENDITIONS = PICTURES / "renditions"

#: Nominal widths by folder; the second one is made as JPEG too, for programs that know neither AVIF nor WebP.
WIDTHS = {
    "products": (320, 640, 960),
    "heroes": (480, 960, 1600),
    "stories": (480, 960, 1600),
    "portraits": (320, 640),
}

#: Wagtail's name of a format: extension of the file, how Pillow writes it.
FORMATS = {
    "avif": ("avif", {"quality": 49, "speed": 3, "max_threads": 1}),
    "webp": ("webp", {"quality": 72, "method": 6}),
    "jpeg": ("jpg", {"quality": 78, "progressive": True, "optimize": True}),
}


def main():
    """Write all renditions and the manifest."""
    shutil.rmtree(RENDITIONS, ignore_errors=True)
    RENDITIONS.mkdir()
    originals = [path for folder in WIDTHS for path in sorted((PICTURES / folder).glob("*.webp"))]
    if len({path.stem for path in originals}) < len(originals):
        raise SystemExit("Two originals have the same name.")
    manifest = [describe(path) for path in originals]
    (PICTURES / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def describe(path: Path) -> dict:
    """Make the renditions of one original; what the manifest says about it."""
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    picture.info.clear()
    widths = WIDTHS[path.parent.name]
    renditions = []
    for width in widths:
        for name in FORMATS:
            if name != "jpeg" or width == widths[1]:
                renditions.append(make(picture, path.stem, width, name))
    return {
        "file": path.relative_to(PICTURES).as_posix(),
        "width": picture.width,
        "height": picture.height,
        "color_class": color_class(picture),
        "renditions": renditions,
    }


def make(picture: Image.Image, stem: str, width: int, name: str) -> dict:
    """Write one rendition, never larger than the original; its line in the manifest."""
    extension, options = FORMATS[name]
    path = RENDITIONS / f"{stem}.{width}.{extension}"
    smaller = picture
    if width < picture.width:
        height = round(picture.height * width / picture.width)
        smaller = picture.resize((width, height), Image.Resampling.LANCZOS)
    smaller.save(path, format=name, **options)
    return {
        "file": path.relative_to(PICTURES).as_posix(),
        "width": smaller.width,
        "height": smaller.height,
        "spec": f"width-{width}|format-{name}",
    }


def color_class(picture: Image.Image) -> int:
    """The average colour as one of 64 classes: two bits each of red, green and blue."""
    red, green, blue = picture.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return (red >> 6) * 16 + (green >> 6) * 4 + (blue >> 6)


if __name__ == "__main__":
    main()
