"""The stories of a language as a feed, for programs that watch for new ones."""

import re
from datetime import datetime, time

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.timezone import make_aware
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Locale

from catalog.media.renditions import sources_of

from .stories import STORIES_SLUG, stories_of

NEWEST = 20
#: Django refuses to write them; somebody may have pasted one into a title.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class StoryFeed(Feed):
    """Atom, with addresses of the shop that no request can change."""

    feed_type = Atom1Feed

    def title(self):
        return f"{_('Stories')} · {self.author_name()}"

    def link(self):
        return f"{settings.SITE_URL}/{get_language()}/{STORIES_SLUG}/"

    def feed_url(self):
        return settings.SITE_URL + reverse("story_feed")

    feed_guid = feed_url

    def author_name(self):
        return settings.SITE_NAMES[get_language()]

    def items(self):
        locale = Locale.objects.filter(language_code=get_language()).first()
        stories = stories_of(locale).prefetch_related("cover__renditions")[:NEWEST]
        return [story for story in stories if story.get_url()]

    def item_title(self, story):
        return _NOT_IN_XML.sub("", story.title)

    def item_description(self, story):
        """HTML, which every reader shows: the cover, then the summary."""
        summary = format_html("<p>{}</p>", _NOT_IN_XML.sub("", story.summary))
        if not story.cover:
            return summary
        cover = sources_of(story.cover)
        alt = _NOT_IN_XML.sub("", story.cover_alt)
        address = cover.src if "://" in cover.src else settings.SITE_URL + cover.src
        size = (cover.width, cover.height)
        return format_html('<p><img src="{}" alt="{}" width="{}" height="{}"></p>', address, alt, *size) + summary

    def item_link(self, story):
        return settings.SITE_URL + story.get_url()

    def item_pubdate(self, story):
        return make_aware(datetime.combine(story.told_on, time()))

    def item_updateddate(self, story):
        return story.last_published_at or self.item_pubdate(story)

    def item_categories(self, story):
        return [_NOT_IN_XML.sub("", str(row)) for row in (story.theme, story.cooperative) if row]
