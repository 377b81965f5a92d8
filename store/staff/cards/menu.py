from django.utils.translation import gettext_lazy
from wagtail.admin.viewsets.base import ViewSetGroup

from .disputes import DisputeViewSet
from .events import EventViewSet
from .payments import AttemptViewSet


class CardsGroup(ViewSetGroup):
    """What came by card, what providers told of it, and what banks dispute."""

    menu_label = gettext_lazy("Cards")
    menu_icon = "credit-card"
    menu_order = 121
    items = (AttemptViewSet, EventViewSet, DisputeViewSet)
