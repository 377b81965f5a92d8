"""A block by itself, with what its page would give it: for the list from which editors choose one."""

from django.utils.html import strip_tags
from wagtail.blocks import BoundBlock
from wagtail.models import Locale

from ..blocks.shown import show
from ..pages.cooperatives import SHOWN_STORIES, cooperative_pages
from ..pages.stories import stories_of


def block_preview(bound: BoundBlock, context: dict) -> str:
    """Its HTML; nothing where this shop has no row yet that the block could show."""
    locale = Locale.get_active()
    pages, stories = list(cooperative_pages(locale)), list(stories_of(locale)[:SHOWN_STORIES])
    shown = show(bound.value, locale, images=[page.cover for page in [*pages, *stories]])
    html = bound.render({**context, **shown, "cooperative_pages": pages, "stories": stories})
    return html if strip_tags(html).strip() else ""
