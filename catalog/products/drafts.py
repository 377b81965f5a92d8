"""The words and pictures of a product before they are published: who sells it writes them, and sends them to review.

What is on sale stays as it was approved until a reviewer approves something else (catalog/reviews).
"""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.text import slugify
from wagtail.models import WorkflowState

from ..media.models import ShopImage
from ..numbering import first_free
from .models import Category, Product, ProductPhoto, ProductSale, Use

#: Photos that one product has at most.
MOST_PHOTOS = 12


class ChangedMeanwhile(Exception):
    """Somebody else has changed the draft since it was read. Nothing is written."""


class NobodyReviews(Exception):
    """The federation has switched its review off."""


class NothingToReview(Exception):
    """What is on sale is all that there is, or it is in review already."""


@transaction.atomic
def begin(*, cooperative, category: Category, use: Use, words: dict[str, str], by, called: str = "") -> Product:
    """A new product as a draft; `words` are fields with a language, such as `name_fr`.

    Its address follows `called`, or else its name.
    """
    product = Product(live=False, **words)
    product.save()
    slug = free_slug(called or words.get("name_fr") or words.get("name_en") or f"{cooperative.slug}-{product.pk}")
    ProductSale.objects.create(product=product, cooperative=cooperative, category=category, slug=slug, use=use)
    product.save_revision(user=by, clean=False, log_action="wagtail.create")
    return product


def free_slug(name: str) -> str:
    """An address for a product that no other has."""
    base = slugify(name)[:70].strip("-") or "produit"
    taken = set(ProductSale.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return first_free(base, taken)


def draft_of(product: Product) -> Product:
    """The newest words and pictures, published or not."""
    return product.get_latest_revision_as_object()


@transaction.atomic
def change(product: Product, how: Callable[[Product], None], *, by, seen: int | None = None) -> Product:
    """Change the draft by `how`; returns it. While it is in review, it is taken back and sent again as it is now.

    Raises:
        ChangedMeanwhile: another revision than `seen` is the newest by now.
    """
    product = Product.objects.select_for_update().get(pk=product.pk)
    if seen is not None and seen != product.latest_revision_id:
        raise ChangedMeanwhile
    draft = draft_of(product)
    before = draft.serializable_data()
    how(draft)
    if draft.serializable_data() == before:
        return draft
    draft.save_revision(user=by, clean=False, log_action=True)
    if not product.live:  # nobody has approved another name: lists and tables know it by the newest
        Product.objects.filter(pk=product.pk).update(**{field: getattr(draft, field) for field in _NAMES})
    if product.workflow_in_progress:
        # Reviewed is what was sent: another version is another review.
        product.current_workflow_state.cancel(user=by)
        _begin_review(Product.objects.get(pk=product.pk), by=by)
    return draft


@transaction.atomic
def submit(product: Product, *, by) -> None:
    """Send the draft to those who review. What is on sale stays as it is.

    Raises:
        NothingToReview, NobodyReviews: as they say.
    """
    product = Product.objects.select_for_update().get(pk=product.pk)
    if product.workflow_in_progress or (product.live and not product.has_unpublished_changes):
        raise NothingToReview
    sent_back = product.current_workflow_state
    if sent_back and sent_back.status == WorkflowState.STATUS_NEEDS_CHANGES:
        sent_back.resume(by)
    else:
        _begin_review(product, by=by)


def _begin_review(product: Product, *, by) -> None:
    workflow = product.get_workflow()
    if workflow is None:
        raise NobodyReviews
    workflow.start(product, by)


@transaction.atomic
def take_back(product: Product, *, by) -> None:
    """It is not to be reviewed yet; the draft stays. Nothing happens where it was decided meanwhile."""
    product = Product.objects.select_for_update().get(pk=product.pk)
    if product.workflow_in_progress:
        product.current_workflow_state.cancel(user=by)


@transaction.atomic
def duplicate(product: Product, *, words: dict[str, str], by) -> Product:
    """A new product that begins with the words and photos of another. Its sizes and prices are its own."""
    source = draft_of(product)
    texts = {field: getattr(source, field) for field in WRITTEN if getattr(source, field)}
    sale = product.sale
    copy = begin(
        cooperative=sale.cooperative,
        category=sale.category,
        use=sale.use,
        words={**texts, **words},
        by=by,
        called=sale.slug,
    )
    rules = {field: getattr(sale, field) for field in ("tax_per_mille", "returnable", "kept_because")}
    ProductSale.objects.filter(product=copy).update(**rules)
    photos = photos_of(source)

    def as_in_the_source(draft: Product) -> None:
        alts = [{field: getattr(photo, field) for field in _ALTS} for photo in photos]
        arrange(draft, [ProductPhoto(image=photo.image, **alt) for photo, alt in zip(photos, alts, strict=True)])

    return change(copy, as_in_the_source, by=by)


_LANGUAGES = ("fr", "ar", "en")
_NAMES = ("name_fr", "name_ar", "name_en", "name_zgh")
_ALTS = tuple(f"alt_{language}" for language in _LANGUAGES)
#: The fields that hold words, each with its language.
WRITTEN = (
    *[
        f"{field}_{language}"
        for field in ("name", "summary", "description", "composition", "advice")
        for language in _LANGUAGES
    ],
    "name_zgh",
    "latin_name",
)


# -- Photos ----------------------------------------------------------------------------------------------------------


def photos_of(draft: Product) -> list[ProductPhoto]:
    return sorted(draft.photos.all(), key=lambda photo: photo.sort_order or 0)


def arrange(draft: Product, photos: Sequence[ProductPhoto]) -> None:
    """These photos in this order, and no others."""
    for position, photo in enumerate(photos):
        photo.sort_order = position
    draft.photos.set(photos)


def add_photo(image: ShopImage) -> Callable[[Product], None]:
    return lambda draft: arrange(draft, [*photos_of(draft), ProductPhoto(image=image)])


def remove_photo(image_id: int) -> Callable[[Product], None]:
    return lambda draft: arrange(draft, [photo for photo in photos_of(draft) if photo.image_id != image_id])


def move_photo(image_id: int, *, by: int) -> Callable[[Product], None]:
    """So many places towards the end; negative: towards the beginning."""

    def how(draft: Product) -> None:
        photos = photos_of(draft)
        found = next((position for position, photo in enumerate(photos) if photo.image_id == image_id), None)
        if found is not None:
            photos.insert(max(0, found + by), photos.pop(found))
            arrange(draft, photos)

    return how


def say_what_is_seen(alts: dict[int, dict[str, str]]) -> Callable[[Product], None]:
    """`alts`: for the number of an image, its texts by field, such as `alt_fr`."""

    def how(draft: Product) -> None:
        photos = photos_of(draft)
        for photo in photos:
            for field, text in alts.get(photo.image_id, {}).items():
                setattr(photo, field, text)
        arrange(draft, photos)

    return how
