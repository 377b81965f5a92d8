"""Pages for what went wrong: they say what to do, in the language of the address."""

import logging
import sys

from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from ..health import UNAVAILABLE

log = logging.getLogger(__name__)


def not_found(request, exception=None):
    """The workspace has a page of its own: its people look for no products."""
    is_in_workspace = request.path_info.split("/")[2:3] == ["espace"]
    return render(request, "workspace/not_found.html" if is_in_workspace else "404.html", status=404)


def server_error(request):
    """Django comes here from whatever broke, the layers around the views too: these may need a database that is away."""
    error = sys.exc_info()[1]
    return unavailable(request, error) if isinstance(error, UNAVAILABLE) else render(request, "500.html", status=500)


def unavailable(request, error: Exception):
    """In a moment, please. The page needs no database."""
    log.error("database unavailable: %s", error)
    return _not_now(request, "503.html", retry_after=10)


def closed(request):
    """Closed for work on the shop."""
    return _not_now(request, "maintenance.html", retry_after=300)


def _not_now(request, template: str, *, retry_after: int):
    with translation.override(translation.get_language_from_path(request.path_info) or translation.get_language()):
        response = render(request, template, status=503)
    response.headers["Retry-After"] = str(retry_after)
    response.headers["Cache-Control"] = "no-store"
    return response


def forbidden(request, exception=None):
    return render(request, "403.html", {"message": _("This page is not for you.")}, status=403)


def bad_request(request, exception=None):
    return render(request, "403.html", {"message": _("This request could not be understood.")}, status=400)


def csrf_failure(request, reason=""):
    """A form that was open too long, or was sent from elsewhere: nothing was done, sending it again works."""
    message = _("For your safety, nothing was sent. Go back, reload the page and send the form again.")
    return render(request, "403.html", {"message": message}, status=403)
