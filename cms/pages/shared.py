"""Pages whose links have a picture of their own."""

from functools import partial

from django.db import transaction

from catalog.media.sharing import Sheet

from .base import ShopPage
from .share_tasks import draw_page


class SharedPage(ShopPage):
    class Meta:
        abstract = True

    @property
    def share_subject(self) -> str:
        """The name under which the picture is kept."""
        return f"page:{self.pk}"

    def share_sheet(self) -> Sheet | None:
        """What the picture says, in the active language; None without a photograph."""
        raise NotImplementedError

    def save(self, *args, update_fields=None, **kwargs):
        super().save(*args, update_fields=update_fields, **kwargs)
        if self.live and update_fields is None:  # with them, Wagtail notes that there is a draft
            transaction.on_commit(partial(draw_page.enqueue, self.pk), robust=True)
