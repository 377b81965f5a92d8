"""The sizes in which the shop shows its pictures: made ahead by a task, only read by pages."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects

#: Widths in pixels, by the shape of the place. Pages never ask for others.
WIDTHS = {"square": (320, 640, 960), "wide": (480, 960, 1600)}
#: Newest format first; the last one is the `<img>` for browsers that know neither.
FORMATS = ("avif", "webp", "jpeg")
FALLBACK_WIDTH = {"square": 640, "wide": 960}


def spec(*, width: int, kind: str) -> str:
    """Wagtail's name of a rendition, such as `width-640|format-webp`."""
    return f"width-{width}|format-{kind}"


def specs(shape: str) -> list[str]:
    """Every rendition of a picture of this shape: each width as AVIF and WebP, the middle one as JPEG."""
    modern = [spec(width=width, kind=kind) for kind in FORMATS[:-1] for width in WIDTHS[shape]]
    return [*modern, spec(width=FALLBACK_WIDTH[shape], kind=FORMATS[-1])]


def shape_of(image) -> str:
    return "wide" if image.width > image.height * 1.3 else "square"


def _made(image) -> dict:
    """The renditions that exist, by name; asked of the database at most once for an image that a page holds."""
    prefetch_related_objects([image], "renditions")
    return {rendition.filter_spec: rendition for rendition in image.renditions.all()}


def largest_url(image) -> str:
    """Where the picture lies in its largest size that every browser of today shows."""
    found = _made(image)
    names = [spec(width=width, kind="webp") for width in reversed(WIDTHS[shape_of(image)])]
    return next((found[name].url for name in names if name in found), image.file.url)


@dataclass(frozen=True)
class Sources:
    """What a `<picture>` needs: `[(mime type, srcset)]`, the fallback's address, and its size in pixels."""

    sources: list[tuple[str, str]]
    src: str
    width: int
    height: int


def sources_of(image) -> Sources:
    """The renditions that exist, without making any; the original when there are none yet.

    Costs a query the first time unless `renditions` was prefetched.
    """
    found = _made(image)
    shape = shape_of(image)
    sources = []
    for kind in FORMATS[:-1]:
        ready = [found[name] for width in WIDTHS[shape] if (name := spec(width=width, kind=kind)) in found]
        if ready:
            sources.append((f"image/{kind}", ", ".join(f"{rendition.url} {rendition.width}w" for rendition in ready)))
    shown = found.get(spec(width=FALLBACK_WIDTH[shape], kind=FORMATS[-1]), image)
    return Sources(sources, shown.file.url, shown.width, shown.height)
