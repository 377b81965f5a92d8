"""Draw again what is shown of shared links, after what it shows has changed."""

from collections.abc import Callable

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import translation
from django_tasks import task


@task()
def draw_product(product_id: int) -> None:
    """The pictures of a product's links, in every language; none while it is not on sale."""
    from ..products.models import ProductSale  # models enqueue this task
    from ..products.queries import cards
    from .sharing import sheet_of_product

    def sheet():
        found = cards(ProductSale.objects.on_sale().filter(product=product_id))
        return sheet_of_product(found[0]) if found else None

    _draw(f"product:{product_id}", sheet)


@task()
def draw_cooperative(cooperative_id: int) -> None:
    """The pictures of a cooperative's links, in every language."""
    from ..cooperatives.models import Cooperative  # models enqueue this task
    from .sharing import sheet_of_cooperative

    cooperative = Cooperative.objects.select_related("picture").filter(pk=cooperative_id).first()
    if cooperative is not None:  # deleted meanwhile
        _draw(f"cooperative:{cooperative_id}", lambda: sheet_of_cooperative(cooperative))


def _draw(subject: str, sheet_in_this_language: Callable) -> None:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            sheet = sheet_in_this_language()
        if sheet:
            keep_picture(subject, language, sheet)


def keep_picture(subject: str, language: str, sheet) -> None:
    """Draw a sheet and put it in the place of what was drawn before; nothing is done when the two are the same."""
    from .models import SharePicture
    from .sharing import draw

    known = SharePicture.objects.filter(subject=subject, language=language).first()
    if known and known.fingerprint == sheet.fingerprint:
        return
    with default_storage.open(sheet.photo) as photo:
        name = default_storage.save(f"share/{sheet.fingerprint}.jpg", draw(sheet, photo))
    SharePicture.objects.update_or_create(
        subject=subject, language=language, defaults={"fingerprint": sheet.fingerprint, "file": name}
    )
    if known:
        default_storage.delete(known.file.name)
