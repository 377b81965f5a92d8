"""The door of the back office. It is the only one: Wagtail's other log-in leads here."""

from wagtail.admin.views.account import LoginView

from ..limits import LimitedLogIn


class LogIn(LimitedLogIn, LoginView):
    """Wagtail's, with limits."""
