"""What becomes of an uploaded picture before it is stored: small enough, upright, and silent about where it was taken."""

import io
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

#: Pixels of the longer side of a stored original.
LONGEST_SIDE = 2400
# MPO is what many telephones write: a JPEG with more pictures behind the first.
_KINDS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "AVIF": "AVIF"}
_EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}
_QUALITY = {
    "JPEG": {"quality": 88, "progressive": True},
    "WEBP": {"quality": 88},
    "AVIF": {"quality": 75},
    "PNG": {"optimize": True},
}


def prepared(file) -> tuple[ContentFile, int]:
    """The picture as it will be stored, and the class (0 to 63) of its dominant color.

    The size is read from the header first; JPEGs are decoded at a fraction of their size where that is enough. Metadata,
    GPS included, is not copied.

    Raises:
        ValidationError: not a picture that we know, damaged, or above the limit of pixels.
    """
    file.seek(0)
    try:
        picture = Image.open(file)
        if picture.width * picture.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
            raise ValidationError(
                _("This picture has too many pixels; at most %(most)s million.")
                % {"most": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000}
            )
        kind = _KINDS.get(picture.format)
        if kind is None:
            raise ValidationError(_("Choose a JPEG, PNG, WebP or AVIF picture."))
        if "transparency" in picture.info and picture.mode != "RGBA":
            picture = picture.convert("RGBA")  # else the color that stands for "nothing here" would show
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
        picture = ImageOps.exif_transpose(picture)
    except (
        UnidentifiedImageError,
        OSError,
        Image.DecompressionBombError,
        SyntaxError,
        ValueError,
        RuntimeError,
    ) as error:
        raise ValidationError(_("This file cannot be read as a picture. Save it again as JPEG and retry.")) from error
    if kind == "JPEG" and picture.mode != "RGB":
        picture = picture.convert("RGB")
    clean = Image.new(picture.mode, picture.size)
    if picture.mode == "P":
        clean.putpalette(picture.getpalette())
    clean.paste(picture)
    stored = io.BytesIO()
    clean.save(stored, kind, **_QUALITY[kind])
    return ContentFile(stored.getvalue(), name=f"{secrets.token_urlsafe(12)}.{_EXTENSIONS[kind]}"), dominant_class(
        clean
    )


def dominant_class(picture: Image.Image) -> int:
    """One of 64 classes of color, four levels each of red, green and blue: what shows while the picture is on its way."""
    r, g, b = picture.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return (r >> 6) * 16 + (g >> 6) * 4 + (b >> 6)
