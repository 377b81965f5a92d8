"""Add to cart: the only form on pages that are the same for everybody, so it carries no token of its own."""

from functools import wraps
from urllib.parse import urlsplit

from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

#: Views that may skip Django's token. A test holds this list against the code: they may only touch a cart.
VIEWS: set[str] = set()


def same_origin_post(view):
    """Accept a POST that the browser vouches comes from our own pages; ask anybody else to confirm with a token.

    The browser's word is `Sec-Fetch-Site`, else `Origin`, else `Referer`. Without any of them, the page that is shown
    repeats the form with Django's token in it.
    """
    VIEWS.add(view.__name__)
    with_token = csrf_protect(view)

    @wraps(view)
    @csrf_exempt
    @require_POST
    def inner(request, *args, **kwargs):
        vouched = comes_from_here(request)
        if vouched:
            return view(request, *args, **kwargs)
        if "csrfmiddlewaretoken" in request.POST:
            return with_token(request, *args, **kwargs)
        fields = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
        response = render(
            request, "checkout/confirm_post.html", {"fields": fields}, status=403 if vouched is False else 200
        )
        response.headers["HX-Retarget"] = "body"  # a whole page, also where a script expected a line
        return response

    return inner


def comes_from_here(request) -> bool | None:
    """True or False as the browser says; None when it says nothing."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    here = f"{request.scheme}://{request.get_host()}"
    if origin := request.headers.get("Origin"):
        return origin == here
    if referer := request.headers.get("Referer"):
        parts = urlsplit(referer)
        return f"{parts.scheme}://{parts.netloc}" == here
    return None
