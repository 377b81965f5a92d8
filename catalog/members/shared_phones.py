"""A telephone that several people of one cooperative share: a tap and a number of some digits say who is at work.

The number opens nothing by itself: it is good on a telephone that a manager has made shared, which is known by a secret of
its own, and for that cooperative alone.
"""

import hashlib
import re
import secrets

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F, QuerySet
from django.utils import timezone

from ..cooperatives.models import Cooperative
from .models import CooperativeMember, SharedPhone

SHORTEST, LONGEST = 4, 6
#: Wrong tries in a row after which the number is good no more, and its owner logs in with the password to choose another.
MOST_TRIES = 5
_DIGITS = re.compile(rf"[0-9]{{{SHORTEST},{LONGEST}}}")


class WeakPin(Exception):
    """Not four to six digits, or the first that anybody tries."""


class PinSpent(Exception):
    """There is no number to try, or it was tried wrong too often."""


def share(cooperative: Cooperative, *, name: str, by) -> tuple[SharedPhone, str]:
    """The telephone and its secret, which is kept there alone."""
    token = secrets.token_urlsafe(32)
    return SharedPhone.objects.create(cooperative=cooperative, name=name, digest=_digest(token), by=by), token


def phone_with(token: str) -> SharedPhone | None:
    """The telephone whose secret this is, while it is shared."""
    if not token or len(token) > 64:
        return None
    return SharedPhone.objects.open().select_related("cooperative").filter(digest=_digest(token)).first()


def stop_sharing(phone: SharedPhone) -> bool:
    """Who is at work on it is logged out at their next request. False when it had ended already."""
    return bool(SharedPhone.objects.open().filter(pk=phone.pk).update(ended_at=timezone.now()))


def people_of(phone: SharedPhone) -> QuerySet[CooperativeMember]:
    """Who may say on this telephone that they are at work: they have a number, and may log in."""
    members = CooperativeMember.objects.current().filter(cooperative=phone.cooperative_id, user__is_active=True)
    return members.exclude(pin="").select_related("user", "portrait").order_by("joined_at", "pk")


def set_pin(member: CooperativeMember, pin: str) -> None:
    """Raises WeakPin."""
    if not _DIGITS.fullmatch(pin) or pin in "01234567890" or pin in "09876543210" or len(set(pin)) == 1:
        raise WeakPin
    CooperativeMember.objects.filter(pk=member.pk).update(pin=make_password(pin), pin_failures=0)


def is_pin_of(member: CooperativeMember, pin: str) -> bool:
    """Whether this is the number of somebody. Each try is counted before it is looked at, so that many at once count too.

    Raises:
        PinSpent: as it says.
    """
    tried = CooperativeMember.objects.filter(pk=member.pk, pin_failures__lt=MOST_TRIES).exclude(pin="")
    if not tried.update(pin_failures=F("pin_failures") + 1):
        raise PinSpent
    if not check_password(pin, member.pin):
        return False
    CooperativeMember.objects.filter(pk=member.pk).update(pin_failures=0)
    return True


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
