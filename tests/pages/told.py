"""What pages of tests tell."""

from datetime import date
from decimal import Decimal

from django.core.files.images import ImageFile
from PIL import Image
from wagtail.models import Locale

from catalog.models import ShopImage
from cms.models import Figure, GuidePage, GuidesPage, StoriesPage, StoryPage


def a_story(body=(), **fields) -> StoryPage:
    """A published story below the list of stories in its language, French unless `locale` says otherwise."""
    told = {"title": "Cinq femmes", "slug": "cinq-femmes", "summary": "Un récit.", "told_on": date(2026, 11, 1),
            "cover_alt": "Une ruche"}  # fmt: skip
    index = StoriesPage.objects.get(locale=fields.get("locale") or Locale.get_default())
    return index.add_child(instance=StoryPage(**{**told, **fields}, body=list(body)))


def a_picture(tmp_path):
    file = tmp_path / "x.png"
    Image.new("RGB", (60, 40), "#806020").save(file)
    with file.open("rb") as opened:
        return ShopImage.objects.create(title="x", file=ImageFile(opened, name="x.png"))


def a_figure(**fields) -> Figure:
    return Figure.objects.create(**{
        "kind": "sourced", "counted_fr": "coopératives", "counted_ar": "تعاونية", "value": Decimal(85),
        "source_fr": "Un article", "is_undated": True, "read_on": date(2026, 11, 23), **fields,
    })  # fmt: skip


def a_guide(body=(), **fields) -> GuidePage:
    told = {"title": "Reconnaître un bon miel", "slug": "bon-miel", "summary": "Un guide.", "cover_alt": "x"}
    return GuidesPage.objects.get().add_child(instance=GuidePage(**{**told, **fields}, body=list(body)))
