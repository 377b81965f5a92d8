"""Wagtail's doors with a shared password, for pages and for documents."""

from functools import wraps

from wagtail.documents.views.serve import authenticate_with_password as open_documents
from wagtail.views import authenticate_with_password as open_page


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


page_door, documents_door = back_to_a_path(open_page), back_to_a_path(open_documents)
