"""What the legal texts' pages say that is no editor's to write: who runs the shop, and which cookies it sets."""

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

register = template.Library()

DAY = 24 * 3600
_FACTS = {
    "name": _("Operator"),
    "seat": _("Seat"),
    "registration": _("Registration"),
    "director": _("Responsible for what is published"),
    "phone": _("Telephone"),
    "host": _("Host"),
}


@dataclass(frozen=True)
class Cookie:
    name: str
    purpose: str
    when: str
    #: Days; None: until the browser is closed.
    days: int | None

    @property
    def lasts(self) -> str:
        if self.days is None:
            return str(_("until the browser is closed"))
        return ngettext("%(days)s day", "%(days)s days", self.days) % {"days": self.days}


@register.simple_tag
def operator_facts() -> list[tuple[str, str]]:
    """(what, which) of who runs the shop, as far as the settings say it."""
    return [(str(label), settings.OPERATOR[fact]) for fact, label in _FACTS.items() if settings.OPERATOR[fact]]


@register.simple_tag
def cookies_of_shop() -> list[Cookie]:
    """All cookies that the shop sets; `tests/pages/test_legal.py` compares them with those that browsers get."""
    return [
        Cookie(settings.CART_COOKIE_NAME, _("finds your cart again"), _("first product in the cart"), settings.CART_DAYS),
        Cookie("cart_count", _("shows how much is in the cart"), _("first product in the cart"), settings.CART_DAYS),
        Cookie(
            settings.CSRF_COOKIE_NAME, _("protects forms from being sent by others"), _("a form is opened"),
            settings.CSRF_COOKIE_AGE // DAY,
        ),
        Cookie(CookieStorage.cookie_name, _("shows once whether a part was canceled"), _("part of an order canceled"), None),
        Cookie(
            settings.SESSION_COOKIE_NAME, _("keeps staff logged in"), _("staff log in"),
            settings.SESSION_COOKIE_AGE // DAY,
        ),
    ]  # fmt: skip
