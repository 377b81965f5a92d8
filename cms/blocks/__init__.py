"""What stories, guides and the home page are made of. Each block has a template of its own in templates/cms/blocks/."""

from .goods import CooperativeBlock, FiguresBlock, ProductBlock, ProductRowBlock
from .home import CooperativesBlock, ShelfBlock, StoriesBlock
from .pictures import GalleryBlock, PictureBlock, PortraitBlock
from .words import (
    FEATURES,
    ActionBlock,
    HeadingBlock,
    QuestionBlock,
    QuoteBlock,
    StepsBlock,
    TextBlock,
    TimelineBlock,
)


def story_blocks() -> list:
    """(name, block) of everything that may stand in a story."""
    return [
        ("heading", HeadingBlock()),
        ("text", TextBlock(features=FEATURES)),
        ("picture", PictureBlock()),
        ("gallery", GalleryBlock()),
        ("quote", QuoteBlock()),
        ("portrait", PortraitBlock()),
        ("timeline", TimelineBlock()),
        ("steps", StepsBlock()),
        ("figures", FiguresBlock()),
        ("product", ProductBlock()),
        ("product_row", ProductRowBlock()),
        ("cooperative", CooperativeBlock()),
        ("question", QuestionBlock()),
        ("action", ActionBlock()),
    ]


def impact_blocks() -> list:
    """(name, block) of what may stand on the impact page: nothing that is for sale."""
    names = {"heading", "text", "picture", "quote", "figures", "cooperative", "question", "action"}
    return [(name, block) for name, block in story_blocks() if name in names]


#: These show what the whole shop has: once is enough.
ONCE = {name: {"max_num": 1} for name in ("shelf", "cooperatives", "stories")}


def home_blocks() -> list:
    """(name, block) of what may follow the opening of the home page."""
    names = {"heading", "text", "picture", "quote", "steps", "figures", "product_row", "action"}
    general = [("shelf", ShelfBlock()), ("cooperatives", CooperativesBlock()), ("stories", StoriesBlock())]
    return [*general, *[(name, block) for name, block in story_blocks() if name in names]]
