"""Who comes in. Every page of a cooperative goes through `for_members`."""

from functools import wraps

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.members.models import Role

from ..permissions import MAY, Deed, begun_on_shared_phone, may, may_work_from_here, member_at


def for_members(deed: Deed, *, methods: tuple[str, ...] = ("GET", "HEAD")):
    """A page under a cooperative's address, for its members who may do this deed.

    Who is not logged in is asked to; for others' members the address does not exist. The view gets the membership in
    place of the cooperative's word.
    """

    def decorate(view):
        @never_cache
        @require_http_methods(list(methods))
        @wraps(view)
        def inner(request, cooperative: str, **kwargs):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("workspace_log_in"))
            member = member_at(request.user, cooperative)
            if not may_work_from_here(request, member):
                logout(request)
                return redirect_to_login(request.get_full_path(), reverse("workspace_log_in"))
            if begun_on_shared_phone(request):
                request.session.set_expiry(settings.SHARED_PHONE_IDLE)  # counted anew from each page
            # The frame of the page shows who is at work, and leads where they may go.
            request.member, request.may = member, {deed.value for deed in MAY[Role(member.role)]}
            if not may(member, deed):
                return render(request, "workspace/not_yours.html", status=403)
            return view(request, member, **kwargs)

        return inner

    return decorate
