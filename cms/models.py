"""Re-exports only: a model may move between folders without a migration."""

from .figures.models import Figure, FigureKind, FigureValue
from .legal.models import LegalKind, LegalText
from .legal.queries import legal_context, published_kinds, revision_in_force, terms_in_force
from .pages.contact import CONTACT_SLUG, ContactPage
from .pages.cooperatives import (
    COOPERATIVES_SLUG,
    CooperativePage,
    CooperativesPage,
    cooperative_pages,
    cooperatives_told,
)
from .pages.fixed import fixed_slugs
from .pages.guides import GUIDES_SLUG, GuidePage, GuidesPage, guides_about
from .pages.home import SHARED_BY_ALL, HomePage
from .pages.impact import IMPACT_SLUG, ImpactPage
from .pages.plain import ABOUT_SLUG, StandardPage
from .pages.stories import STORIES_SLUG, StoriesPage, StoryPage
from .themes.models import Theme

__all__ = [
    "ABOUT_SLUG",
    "CONTACT_SLUG",
    "COOPERATIVES_SLUG",
    "GUIDES_SLUG",
    "IMPACT_SLUG",
    "SHARED_BY_ALL",
    "STORIES_SLUG",
    "ContactPage",
    "CooperativePage",
    "CooperativesPage",
    "Figure",
    "FigureKind",
    "FigureValue",
    "GuidePage",
    "GuidesPage",
    "HomePage",
    "ImpactPage",
    "LegalKind",
    "LegalText",
    "StandardPage",
    "StoriesPage",
    "StoryPage",
    "Theme",
    "cooperative_pages",
    "cooperatives_told",
    "fixed_slugs",
    "guides_about",
    "legal_context",
    "published_kinds",
    "revision_in_force",
    "terms_in_force",
]  # fmt: skip
