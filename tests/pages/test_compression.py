"""Pages travel small; pictures and what a browser cannot unpack travel as they are."""

import gzip

from django.core.files.base import ContentFile

from catalog.models import ShopImage
from tests.factories.catalog import LotFactory


def test_a_page_is_compressed_for_who_can_read_it(visitor):
    LotFactory()
    plain = visitor.get("/fr/boutique/")
    small = visitor.get("/fr/boutique/", headers={"accept-encoding": "gzip, br"})
    assert small.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in small.headers["Vary"]
    assert len(small.content) < len(plain.content) / 2
    assert gzip.decompress(small.content) == plain.content


def test_a_picture_is_not_compressed_a_second_time(visitor):
    name = ShopImage._meta.get_field("file").storage.save("pictures/x.webp", ContentFile(b"RIFF" * 500))
    answer = visitor.get(f"/media/{name}", headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
