"""Draw what messengers show of links to pages (docs/decisions/0011)."""

from django.utils import translation
from django_tasks import task

from catalog.media.share_tasks import keep_picture


@task()
def draw_page(page_id: int) -> None:
    """The picture of a published page, in its own language; none without a photograph."""
    from wagtail.models import Page  # pages enqueue this task

    page = Page.objects.live().filter(pk=page_id).first()
    if page is None:  # withdrawn meanwhile
        return
    page, language = page.specific, page.locale.language_code
    with translation.override(language):
        sheet = page.share_sheet()
    if sheet:
        keep_picture(page.share_subject, language, sheet)
