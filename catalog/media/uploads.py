"""What becomes of an uploaded picture before it is stored: small enough, upright, and silent about where it was taken."""

import io
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from . import renditions

#: Pixels of the longer side of a stored original.
LONGEST_SIDE = 2400
#: A JPEG is decoded at a half, a quarter or an eighth while its longer side keeps as many: the largest rendition's width.
ENOUGH = max(renditions.WIDTHS["wide"])
#: Format of an upload → format that it is stored in. MPO is what many telephones write: a JPEG with more pictures behind
#: the first. Writing AVIF takes more memory and time than an upload may cost: the task does it, for the renditions.
_STORED_AS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "AVIF": "WEBP"}
_EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
_QUALITY = {
    "JPEG": {"quality": 88, "progressive": True},
    "WEBP": {"quality": 88, "method": 2},
    "PNG": {"compress_level": 3},
}
#: Pixels that are decoded within 100 MB of memory, where those are fewer than what the settings allow.
_MOST_PIXELS = {"PNG": 10_000_000, "AVIF": 5_000_000, "WEBP": 5_000_000}
_MOST_PIXELS_TRANSPARENT = 6_000_000
_MOST_PIXELS_PROGRESSIVE = 8_000_000


def prepared(file) -> tuple[ContentFile, int]:
    """The picture as it will be stored, and the class (0 to 63) of its dominant color.

    The size is read from the header first; JPEGs are decoded at a fraction of their size where that is enough. Metadata,
    GPS included, is not copied.

    Raises:
        ValidationError: not a picture that we know, damaged, or above the limit of pixels.
    """
    file.seek(0)
    try:
        picture, kind = _decoded(file)
        content = io.BytesIO()
        picture.save(content, kind, **_QUALITY[kind])
    except UnidentifiedImageError as error:
        raise ValidationError(_("Choose a JPEG, PNG, WebP or AVIF picture.")) from error
    except ValidationError:
        raise
    except Exception as error:  # decoders of damaged files have errors of every kind
        raise ValidationError(_("This file cannot be read as a picture. Save it again as JPEG and retry.")) from error
    name = f"{secrets.token_urlsafe(12)}.{_EXTENSIONS[kind]}"
    return ContentFile(content.getvalue(), name=name), dominant_class(picture)


def _decoded(file) -> tuple[Image.Image, str]:
    """The picture's pixels alone, small enough and upright, and the format to store them in. What decoding held is free."""
    try:
        picture = Image.open(file, formats=["JPEG", "PNG", "WEBP", "AVIF"])
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS) from error
    _refuse_too_many_pixels(picture)
    kind = _STORED_AS[picture.format]
    picture.draft(None, _fitted(picture, ENOUGH))
    if "transparency" in picture.info and picture.mode != "RGBA":
        picture = picture.convert("RGBA")  # else the color that stands for "nothing here" would show
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=None)
    picture = ImageOps.exif_transpose(picture)
    if kind == "JPEG" and picture.mode != "RGB":
        picture = picture.convert("RGB")
    clean = Image.new(picture.mode, picture.size)
    if picture.mode == "P":
        clean.putpalette(picture.getpalette())
    clean.paste(picture)
    return clean, kind


def _refuse_too_many_pixels(picture: Image.Image) -> None:
    most = min(
        settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS, _MOST_PIXELS.get(picture.format, picture.width * picture.height)
    )
    if picture.info.get("progressive"):
        most = min(most, _MOST_PIXELS_PROGRESSIVE)
    if picture.has_transparency_data:
        most = min(most, _MOST_PIXELS_TRANSPARENT)
    if picture.width * picture.height > most:
        raise _too_many_pixels(most)


def _too_many_pixels(most: int) -> ValidationError:
    sentence = _("This picture has too many pixels; at most %(most)s million for this kind. Save it smaller, as JPEG.")
    return ValidationError(sentence % {"most": most // 1_000_000})


def _fitted(picture: Image.Image, longest: int) -> tuple[int, int]:
    """The picture's size when its longer side has so many pixels."""
    scale = longest / max(picture.size)
    return max(1, round(picture.width * scale)), max(1, round(picture.height * scale))


def checked_document(file, *, largest: int | None = None):
    """A document that is what its name says: only PDF, whole and not too large. It is served to be kept, never opened in
    the shop (settings). `largest` in bytes; by itself what the library of documents takes.

    Raises:
        ValidationError: another file under the name of a PDF, one that was cut short, or one that is too large.
    """
    largest = largest or settings.LARGEST_DOCUMENT
    if file.size > largest:
        raise ValidationError(_("This document is too large; at most %(most)s MB.") % {"most": largest // 1024**2})
    file.seek(0)
    begins = file.read(5) == b"%PDF-"
    file.seek(max(0, file.size - 1024))
    ends = b"%%EOF" in file.read()
    file.seek(0)
    if not (begins and ends):
        raise ValidationError(_("This file cannot be read as a PDF. Save it again as PDF and retry."))
    return file


def dominant_class(picture: Image.Image) -> int:
    """One of 64 classes of color, four levels each of red, green and blue: what shows while the picture is on its way."""
    r, g, b = picture.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return (r >> 6) * 16 + (g >> 6) * 4 + (b >> 6)
