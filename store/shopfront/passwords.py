"""Wagtail's doors with a shared password, for pages and for documents."""

from functools import wraps

from wagtail.documents.views.serve import authenticate_with_password as open_documents
from wagtail.views import authenticate_with_password as open_page

from ..limits import limited


def back_to_a_path(view):
    """Whoever wants to go back to something that is no path goes to the home page: Wagtail looks for a view of that name
    and fails."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        if request.method == "POST" and not request.POST.get("return_url", "").startswith("/"):
            request.POST = request.POST.copy()
            request.POST["return_url"] = "/"
        return view(request, *args, **kwargs)

    return inner


def a_door(view):
    """Passwords cannot be tried here without end either."""
    return limited("log_in", counts=lambda request: request.method == "POST")(back_to_a_path(view))


page_door, documents_door = a_door(open_page), a_door(open_documents)
