"""The figures, stories and guides of the demonstration, in three languages. `add(parent, page, key)` puts a page below its
parent, under the same translation key in every language."""

from catalog.cooperatives.models import Cooperative
from catalog.products.models import Category
from cms.models import (
    GUIDES_SLUG,
    STORIES_SLUG,
    Figure,
    FigureKind,
    GuidePage,
    GuidesPage,
    StoriesPage,
    StoryPage,
    Theme,
)

from .blocks import Writer
from .content import names, read, texts


def load_figures() -> dict[str, Figure]:
    """Figure by the key that stories name it by."""
    content = read("figures")
    source = content["source"]
    figures = {
        row["key"]: Figure(
            kind=FigureKind.SOURCED,
            value=row["value"],
            extent=row.get("extent", "exact"),
            is_undated=True,
            read_on=source["read_on"],
            review_by=source["review_by"],
            **texts(source, "source"),
            **texts(row, "counted", "unit", "place", "period"),
        )
        for row in content["sourced"]
    }
    for row in content["live"]:
        figures[row["key"]] = Figure(kind=FigureKind.LIVE, query=row["query"], **texts(row, "counted"))
    for figure in figures.values():
        figure.full_clean()
        figure.save()
        figure.save_revision().publish()
    return figures


def load_stories(writer: Writer, home, add) -> None:
    content = read("stories")
    told = content["index"]
    index = StoriesPage(title=writer.say(told, "title"), slug=STORIES_SLUG, introduction=writer.say(told, "intro"))
    add(home, index, "stories")
    cooperatives = {cooperative.slug: cooperative for cooperative in Cooperative.objects.all()}
    themes = {
        row["slug"]: Theme.objects.get_or_create(slug=row["slug"], defaults=names(row))[0] for row in content["theme"]
    }
    for row in content["story"]:
        story = StoryPage(
            **writer.article(row),
            cooperative=cooperatives[row["cooperative"]],
            theme=themes[row["theme"]],
            told_on=row["told_on"],
        )
        add(index, story, row["slug"])


def load_guides(writer: Writer, home, add) -> None:
    content = read("guides")
    told = content["index"]
    index = GuidesPage(title=writer.say(told, "title"), slug=GUIDES_SLUG, introduction=writer.say(told, "intro"))
    add(home, index, "guides")
    for row in content["guide"]:
        guide = GuidePage(**writer.article(row), category=Category.objects.get(slug=row["category"]))
        add(index, guide, row["slug"])
