"""What stories and guides share: a cover, a summary, and blocks."""

from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from catalog.cooperatives.models import Accent
from catalog.media.sharing import sheet_of
from catalog.products.queries import share_picture

from ..blocks import story_blocks
from ..blocks.shown import show
from ..editing.publishing import CoverForm
from .base import ShopPage, the_same
from .covers import CoveredPage, is_drawn, what_is_seen
from .shared import SharedPage

#: Words that people read in a minute.
WORDS_PER_MINUTE = 200


class ArticlePage(CoveredPage, SharedPage):
    summary = models.CharField(_("summary"), max_length=240, help_text=_("What it tells, in two lines."))
    cover = models.ForeignKey(
        "catalog.ShopImage", verbose_name=_("cover picture"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    cover_alt = what_is_seen()
    cover_is_illustration = is_drawn()
    body = StreamField(story_blocks(), verbose_name=_("text"), blank=True)

    override_translatable_fields = the_same("cover")
    described_by = "summary"
    summary_panels = [
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("cover"), FieldPanel("cover_alt"), FieldPanel("cover_is_illustration")], heading=_("Cover")
        ),
    ]
    content_panels = [*ShopPage.content_panels, *summary_panels, FieldPanel("body")]
    base_form_class = CoverForm

    class Meta:
        abstract = True

    @cached_property
    def minutes(self) -> int:
        """How long reading takes, at least a minute."""
        texts = self.body.stream_block.get_searchable_content(self.body)
        words = len(strip_tags(" ".join(map(str, texts))).split())
        return max(1, round(words / WORDS_PER_MINUTE))

    @property
    def published_on(self) -> date | None:
        """The day that readers and search engines are told."""
        return self.first_published_at and timezone.localdate(self.first_published_at)

    @property
    def questions(self) -> list:
        """The blocks that ask and answer."""
        return [block.value for block in self.body if block.block_type == "question"]

    @property
    def share_line(self) -> str:
        """What the picture of its link says under the title."""
        raise NotImplementedError

    @property
    def share_accent(self) -> str:
        return Accent.HONEY

    def share_sheet(self):
        return self.cover and sheet_of(self.cover, self.title, line=self.share_line, accent=self.share_accent)

    def related(self) -> list["ArticlePage"]:
        """Others of its kind that are shown below it."""
        raise NotImplementedError

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        index = self.get_parent()
        related = self.related()
        return {
            **context,
            **show(self.body, self.own_locale, images=[self.cover, *(article.cover for article in related)]),
            "trail": [(index.title, index.get_url(request)), (self.title, "")],
            "related": related,
            "share_picture": share_picture(self.share_subject) if self.cover else None,
        }
