"""Files that nobody should upload: 60 of them, each with its name and a maker, so that the large ones are made when needed."""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

from PIL import Image, ImageCms, PngImagePlugin

SCRIPT = b"<script>__ran__()</script>"
HTML = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="__ran__()">' + SCRIPT + b"</svg>"
ENTITIES = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"x") for n in range(10))
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PDF_JS = PDF.replace(b"/Type/Catalog", b"/Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>")
EXIF_TEXT, ORIENTATION = 0x010E, 0x0112


def picture(kind="JPEG", *, mode="RGB", size=(60, 40), **saving) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind, **saving)
    return file.getvalue()


def frames(kind: str, count: int, size=(60, 40)) -> bytes:
    shots = [Image.new("RGB", size, (n % 256, n * 7 % 256, 0)) for n in range(count)]
    file = io.BytesIO()
    shots[0].save(file, kind, save_all=True, append_images=shots[1:], duration=1)
    return file.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return file.getvalue()


def exif(text: bytes) -> bytes:
    tags = Image.Exif()
    tags[EXIF_TEXT] = text.decode()
    return picture(exif=tags)


def xmp(kind: str) -> bytes:
    return picture(kind, xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SCRIPT * 100 + b"</x:xmpmeta>")


def profiled() -> bytes:
    return picture(icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + SCRIPT * 60_000)


def png_texts() -> bytes:
    """A hundred megabytes of comment that a few kilobytes unfold to."""
    texts = PngImagePlugin.PngInfo()
    for number in range(2):
        texts.add_text(f"Comment{number}", "x" * 50_000_000, zip=True)
    return picture("PNG", pnginfo=texts)


def png_header(width: int, height: int, *, bits=8, kind=2, body=b"") -> bytes:
    """A PNG that says it is so large."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    end = chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(body)) + end


def patched(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


def webp_of(width: int, height: int) -> bytes:
    """A lossless WebP whose header says another size: 14 bits each, after the signature."""
    content = picture("WEBP", lossless=True)
    return patched(content, 21, struct.pack("<I", (width - 1) | (height - 1) << 14))


def noise(kind="PNG", size=(900, 900)) -> bytes:
    file = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(file, kind)
    return file.getvalue()


Maker = Callable[[], bytes]
JPEG, PNG = partial(picture, "JPEG"), partial(picture, "PNG")
#: What it is → the name it comes with, and how it is made.
FILES: dict[str, tuple[str, Maker]] = {
    # Pages and programs under the name of a picture or a document
    "SVG with a script": ("dessin.svg", lambda: SVG),
    "SVG as JPEG": ("dessin.jpg", lambda: SVG),
    "SVG of entities that unfold": ("dessin.png", lambda: b"<!DOCTYPE svg [" + ENTITIES + b"]><svg>&a9;</svg>"),
    "packed SVG": ("dessin.svgz", lambda: gzip.compress(SVG)),
    "page as JPEG": ("photo.jpg", lambda: HTML),
    "page as PDF": ("analyse.pdf", lambda: HTML),
    "page under its name": ("photo.html", lambda: HTML),
    "script": ("photo.js", lambda: b"__ran__()"),
    "style sheet as PNG": ("photo.png", lambda: b"*{background:url(//canary.invalid/)}"),
    "XML with a style sheet": ("analyse.xml", lambda: b'<?xml-stylesheet href="//canary.invalid/"?><x/>'),
    "PHP as PNG": ("photo.php.png", lambda: b"<?php system($_GET['c']); ?>"),
    "double extension": ("photo.jpg.php", JPEG),
    "program": ("photo.exe", lambda: b"MZ" + b"\0" * 500),
    "program as JPEG": ("photo.jpg", lambda: b"MZ" + b"\0" * 500),
    "ELF as PDF": ("analyse.pdf", lambda: b"\x7fELF" + b"\0" * 500),
    "shell script": ("photo.sh", lambda: b"#!/bin/sh\nrm -rf /\n"),
    ".htaccess": (".htaccess", lambda: b"AddType text/html .jpg\n"),
    "web.config": ("web.config", lambda: b"<configuration/>"),
    "Word with macros": ("analyse.docm", lambda: zipped("word/vbaProject.bin", b"x")),
    "Word with macros as PDF": ("analyse.pdf", lambda: zipped("word/vbaProject.bin", b"x")),
    "e-mail with parts": ("photo.mht", lambda: b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + HTML),
    "bomb of zip": ("analyse.zip", lambda: zipped("x", b"\0" * 30_000_000)),
    "bomb of zip as PDF": ("analyse.pdf", lambda: zipped("x", b"\0" * 30_000_000)),
    # Two kinds at once
    "GIF that is a script": ("photo.gif", lambda: b"GIF89a/*" + b"\0" * 20 + b"*/=1;__ran__()"),
    "GIF as JPEG": ("photo.jpg", partial(picture, "GIF")),
    "JPEG with a page behind it": ("photo.jpg", lambda: JPEG() + HTML),
    "JPEG with a zip behind it": ("photo.jpg", lambda: JPEG() + zipped("x.html", HTML)),
    "PNG with a page behind it": ("photo.png", lambda: PNG() + HTML),
    "JPEG with a PDF behind it": ("analyse.pdf", lambda: JPEG() + PDF),
    "PDF with a JPEG behind it": ("photo.jpg", lambda: PDF + JPEG()),
    "PDF with a page in it": ("analyse.pdf", lambda: PDF[:9] + HTML + PDF[9:]),
    "PDF with a script": ("analyse.pdf", lambda: PDF_JS),
    "PNG as JPEG": ("photo.jpg", PNG),
    "TIFF as PNG": ("photo.png", partial(picture, "TIFF")),
    # Broken
    "nothing": ("photo.jpg", lambda: b""),
    "nothing as PDF": ("analyse.pdf", lambda: b""),
    "half a JPEG": ("photo.jpg", lambda: noise("JPEG")[:-9000]),
    "half a PNG": ("photo.png", lambda: noise()[:-9000]),
    "half a WebP": ("photo.webp", lambda: noise("WEBP")[:-9000]),
    "half an AVIF": ("photo.avif", lambda: picture("AVIF")[:-10]),
    "half a PDF": ("analyse.pdf", lambda: PDF[:-10]),
    "PNG of wrong sums": ("photo.png", lambda: patched(PNG(), 29, b"\0\0\0\0")),
    "PNG without a picture": ("photo.png", partial(png_header, 50, 50)),
    "PNG of no width": ("photo.png", partial(png_header, 0, 50)),
    "JPEG of zeros": ("photo.jpg", lambda: JPEG()[:160] + b"\0" * 5000),
    # Too much
    "PNG of 12,000 × 12,000": ("photo.png", lambda: png_header(12_000, 12_000, body=b"\0" * 1_000_000)),
    "JPEG of 12,000 × 12,000": ("photo.jpg", partial(picture, "JPEG", mode="L", size=(12_000, 12_000))),
    "bomb of PNG below the limit": ("photo.png", lambda: png_header(3_000, 3_333, body=b"\0" * 9001 * 3_333)),
    "PNG of 4 thousand million": ("photo.png", partial(png_header, 65_535, 65_535, bits=16, kind=6)),
    "WebP that says 16,383 × 16,383": ("photo.webp", partial(webp_of, 16_383, 16_383)),
    "WebP of 300 frames": ("photo.webp", lambda: frames("WEBP", 300)),
    "AVIF of 30 frames": ("photo.avif", lambda: frames("AVIF", 30)),
    "GIF of 300 frames": ("photo.gif", lambda: frames("GIF", 300)),
    "PNG with comments of 100 MB": ("photo.png", png_texts),
    "JPEG that is large and comes in layers": (
        "photo.jpg", partial(picture, "JPEG", size=(2_800, 2_800), progressive=True, subsampling=0),
    ),
    # Strange but true pictures, with words inside
    "CMYK, and a script in its description": ("photo.jpg", lambda: picture(mode="CMYK", comment=SCRIPT)),
    "16 bits": ("photo.png", partial(picture, "PNG", mode="I;16")),
    "large description with a script": ("photo.jpg", lambda: exif(SCRIPT * 2_000)),
    "large color profile with a script": ("photo.jpg", profiled),
    "XMP with a script": ("photo.webp", partial(xmp, "WEBP")),
}  # fmt: skip
#: Names that a careless shop would write somewhere else, show as something else, or not be able to write.
NAMES = {
    "leads outside": "../../../etc/passwd.jpg",
    "leads outside, of Windows": "..\\..\\boot.jpg",
    "absolute": "/etc/passwd.jpg",
    "reads backwards": "photo\u202egpj.exe.jpg",
    "NUL": "photo.php\0.jpg",
    "very long": "é" * 3_000 + ".jpg",
    "markup": '"><img src=x onerror=__ran__()>.jpg',
    "of a device": "CON.jpg",
    "only an extension": ".jpg",
    "line feed": "photo\r\nSet-Cookie: x=1.jpg",
}
