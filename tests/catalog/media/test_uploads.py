import io
import re
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.images.forms import get_image_form

from catalog.media.renditions import sources_of, specs
from catalog.media.tasks import make_renditions
from catalog.media.uploads import dominant_class, prepared
from catalog.models import ShopImage

MAKE, ORIENTATION, GPS = 0x010F, 0x0112, 0x8825


def a_picture(kind="JPEG", *, size=(60, 40), color=(200, 120, 40), **saving) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, kind, **saving)
    return file.getvalue()


def stored(content: bytes) -> Image.Image:
    return Image.open(prepared(io.BytesIO(content))[0])


def an_exif(*, orientation=1) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKE] = "Telephone"
    exif.get_ifd(GPS).update({1: "N", 2: (33.0, 53.0, 42.0), 3: "W", 4: (5.0, 33.0, 17.0)})
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_where_a_picture_was_taken_is_forgotten(kind):
    content = a_picture(kind, exif=an_exif())
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(GPS) != {}

    kept = stored(content)

    assert dict(kept.getexif()) == {}
    assert kept.getexif().get_ifd(GPS) == {}
    assert kept.format == (kind if kind != "AVIF" else "WEBP")  # which is written in a moment


def test_a_picture_taken_sideways_is_stored_upright():
    picture = Image.new("RGB", (60, 40), "white")
    picture.paste("black", (0, 0, 30, 40))
    file = io.BytesIO()
    picture.save(file, "PNG", exif=an_exif(orientation=6))

    kept = stored(file.getvalue())

    assert kept.size == (40, 60)
    assert (kept.getpixel((20, 5)), kept.getpixel((20, 55))) == ((0, 0, 0), (255, 255, 255))


def test_a_large_picture_is_stored_with_2400_pixels_on_its_longer_side():
    assert stored(a_picture(size=(3000, 1500))).size == (2400, 1200)
    assert stored(a_picture(size=(60, 40))).size == (60, 40)


def test_a_picture_of_a_telephone_with_a_second_one_behind_it_is_a_jpeg():
    content = a_picture("MPO", save_all=True, append_images=[Image.new("RGB", (60, 40))])
    assert Image.open(io.BytesIO(content)).format == "MPO"

    assert stored(content).format == "JPEG"


def test_a_transparent_picture_of_256_colors_stays_transparent():
    file = io.BytesIO()
    palette = Image.new("P", (10, 10))
    palette.putpalette([255, 0, 0] * 4)
    palette.save(file, "PNG", transparency=0)

    assert stored(file.getvalue()).getpixel((0, 0)) == (255, 0, 0, 0)


def a_bomb() -> bytes:
    """A PNG of a hundred bytes that says it is 10,000 by 6,001 pixels."""
    header = struct.pack(">IIBBBBB", 10_000, 6_001, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header
    content += struct.pack(">I", zlib.crc32(b"IHDR" + header)) + struct.pack(">I", 0) + b"IDAT" + b"\0" * 4
    return content


def test_too_many_pixels_are_refused_from_the_header_without_decoding(monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda *args: pytest.fail("was decoded"))

    with pytest.raises(ValidationError, match="10"):
        prepared(io.BytesIO(a_bomb()))


def test_the_guard_that_refuses_pixels_is_what_refuses_them(settings):
    """The control of the test above: a smaller limit refuses what went through."""
    content = a_picture(size=(60, 40))
    assert stored(content).size == (60, 40)
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60 * 40 - 1

    with pytest.raises(ValidationError):
        prepared(io.BytesIO(content))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", a_picture()[:200], a_picture("PNG")[:-30], a_picture("AVIF")[:-10],
        a_picture("GIF"), a_picture("TIFF"), b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    ],
)  # fmt: skip
def test_a_file_that_is_damaged_or_no_picture_of_ours_is_refused_with_a_message(content):
    with pytest.raises(ValidationError):
        prepared(io.BytesIO(content))


def test_nobody_can_guess_the_name_of_a_stored_picture():
    names = {prepared(io.BytesIO(a_picture()))[0].name for _ in range(3)}

    assert len(names) == 3
    assert all(re.fullmatch(r"[-\w]{16}\.jpg", name) for name in names)


@pytest.mark.parametrize(
    ("color", "color_class"),
    [((0, 0, 0), 0), ((255, 255, 255), 63), ((255, 0, 0), 48), ((0, 0, 255), 3), ((64, 128, 192), 27)],
)
def test_a_picture_has_one_of_64_classes_of_color(color, color_class):
    assert dominant_class(Image.new("RGB", (10, 10), color)) == color_class


@pytest.mark.django_db
def test_a_picture_is_prepared_once_and_its_renditions_are_made_by_a_task(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as called:
        image = ShopImage.objects.create(
            title="Miel", file=ContentFile(a_picture(size=(400, 400)), name="IMG_Amina.jpg")
        )

    assert len(called) == 1
    assert "Amina" not in image.file.name
    assert (image.width, image.height, image.color_class) == (400, 400, 52)
    assert sorted(image.renditions.values_list("filter_spec", flat=True)) == sorted(specs("square"))
    sources = sources_of(ShopImage.objects.get(pk=image.pk))
    assert [mime for mime, _ in sources.sources] == ["image/avif", "image/webp"]
    with django_capture_on_commit_callbacks() as called:
        ShopImage.objects.get(pk=image.pk).save()
    assert called == []


@pytest.mark.django_db
def test_the_task_of_a_picture_that_was_deleted_does_nothing():
    make_renditions.call(123456)


@pytest.mark.django_db
def test_a_page_never_makes_a_rendition(django_assert_num_queries):
    image = ShopImage.objects.create(title="Miel", file=ContentFile(a_picture(), name="a.jpg"))

    with django_assert_num_queries(1):
        sources = sources_of(image)

    assert (sources.sources, sources.src) == ([], image.file.url)
    assert not image.renditions.exists()


def the_form(content: bytes, name="photo.jpg"):
    file = SimpleUploadedFile(name, content)
    return get_image_form(ShopImage)({"title": "Miel", "tags": ""}, {"file": file}, instance=ShopImage(), user=None)


@pytest.mark.django_db
def test_the_form_says_that_a_picture_is_damaged_instead_of_failing():
    noise = io.BytesIO()
    Image.effect_noise((300, 300), 60).save(noise, "JPEG")
    form = the_form(noise.getvalue()[:-5000])

    assert not form.is_valid()
    assert list(form.errors) == ["file"]
    assert not ShopImage.objects.exists()


@pytest.mark.django_db
def test_the_form_refuses_too_many_pixels_without_decoding(monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda *args: pytest.fail("was decoded"))

    assert list(the_form(a_bomb(), "photo.png").errors) == ["file"]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["JPEG", "MPO"])
def test_the_form_stores_a_good_picture(kind):
    form = the_form(a_picture(kind))

    assert form.errors == {}
    assert form.save().file_size == ShopImage.objects.get().file.size
