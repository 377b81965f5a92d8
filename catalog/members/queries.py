"""The only place that asks who belongs to which cooperative."""

from django.db.models import QuerySet

from ..cooperatives.models import Cooperative
from .models import CooperativeMember


def memberships_of(user) -> QuerySet[CooperativeMember]:
    """What somebody is today, and where; nothing for whoever is not logged in or may not log in any more."""
    if not user.is_active:
        return CooperativeMember.objects.none()
    mine = CooperativeMember.objects.current().filter(user=user.pk)
    return mine.select_related("cooperative").order_by("joined_at", "pk")


def cooperatives_of(user) -> QuerySet[Cooperative]:
    """The cooperatives that somebody works for today."""
    return Cooperative.objects.filter(pk__in=memberships_of(user).values("cooperative"))
