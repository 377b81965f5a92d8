"""Put the demonstration's pictures into the media, with their ready-made renditions: nothing is encoded at the first start."""

import hashlib
import json
import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalog.media.models import ShopImage, ShopRendition

from .content import PICTURES


def load_images() -> dict[str, ShopImage]:
    """The pictures by their path in `pictures/`, such as `products/miel-thym.webp`."""
    images, renditions = {}, []
    for entry in json.loads((PICTURES / "manifest.json").read_text()):
        name = secrets.token_urlsafe(12)
        content = (PICTURES / entry["file"]).read_bytes()
        image = ShopImage.objects.create(
            title=entry["file"].partition("/")[2].removesuffix(".webp").replace("-", " "),
            file=default_storage.save(f"originals/{name}.webp", ContentFile(content)),
            width=entry["width"],
            height=entry["height"],
            color_class=entry["color_class"],
            file_size=len(content),
            file_hash=hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        )
        images[entry["file"]] = image
        for rendition in entry["renditions"]:
            path = PICTURES / rendition["file"]
            width, kind = path.name.split(".")[-2:]
            stored = default_storage.save(f"pictures/{name}.{width}.{kind}", ContentFile(path.read_bytes()))
            size = {"width": rendition["width"], "height": rendition["height"]}
            renditions.append(ShopRendition(image=image, filter_spec=rendition["spec"], file=stored, **size))
    ShopRendition.objects.bulk_create(renditions)
    return images
