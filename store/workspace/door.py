"""Who comes in. Every page of a cooperative goes through `for_members`."""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.members.models import Role

from ..permissions import MAY, NEEDS_PASSWORD, Deed, begun_on_shared_phone, may, may_work_from_here, member_at


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
            with_number = begun_on_shared_phone(request)
            if with_number:
                request.session.set_expiry(settings.SHARED_PHONE_IDLE)  # counted anew from each page
            # The frame of the page shows who is at work, and leads where they may go.
            deeds = MAY[Role(member.role)] - (NEEDS_PASSWORD if with_number else set())
            request.member, request.may = member, {each.value for each in deeds}
            if deed in NEEDS_PASSWORD and with_number:
                messages.info(request, _("This opens with your password, not with your number."))
                return redirect("workspace_today", cooperative)
            if not may(member, deed):
                return render(request, "workspace/not_yours.html", status=403)
            return view(request, member, **kwargs)

        return inner

    return decorate
