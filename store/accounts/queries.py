from django.db.models import Q
from phonenumber_field.phonenumber import to_python

from catalog.text_folding import fold

from .models import User


def telephone(login: str) -> str:
    """A telephone as people write it (`06 12 34 56 78`) in the form that is kept; empty for what is none, or more than one."""
    if not login or not set(login) <= set("+0123456789 .-/()\u00a0"):
        return ""
    number = to_python(login)
    return number.as_e164 if number and number.is_valid() else ""


def account_named(login: str) -> str:
    """The user name of whoever logs in with this user name, e-mail or telephone; else what was written, in one way.

    The tries of one account are counted under it, however somebody names the account.
    """
    login = login.strip().lower()
    phone = telephone(login)
    named = Q(username__iexact=login) | Q(email__iexact=login) if login else Q(pk=None)
    if phone:
        named |= Q(phone=phone)
    known = User.objects.filter(named).order_by("pk").values_list("username", flat=True).first()
    return known.lower() if known else phone or fold(login)
