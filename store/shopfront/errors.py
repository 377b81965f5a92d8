"""Pages for what went wrong: they say what to do, in the language of the address."""

from django.shortcuts import render
from django.utils.translation import gettext as _


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


def server_error(request):
    return render(request, "500.html", status=500)


def forbidden(request, exception=None):
    return render(request, "403.html", {"message": _("This page is not for you.")}, status=403)


def bad_request(request, exception=None):
    return render(request, "403.html", {"message": _("This request could not be understood.")}, status=400)


def csrf_failure(request, reason=""):
    """A form that was open too long, or was sent from elsewhere: nothing was done, sending it again works."""
    message = _("For your safety, nothing was sent. Go back, reload the page and send the form again.")
    return render(request, "403.html", {"message": message}, status=403)
