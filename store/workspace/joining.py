"""The link of an invitation: whoever has it says who they are and comes in."""

from allauth.account.utils import perform_login
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.password_validation import validate_password
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from catalog.members import actions as members
from catalog.members.errors import InvitationEnded, LastManager
from catalog.members.models import Invitation

from ..accounts.models import User
from ..flows.join import AlreadyKnown, join, known_by
from ..limits import is_sent, limited
from ..permissions import begun_on_shared_phone, invitation_by_link


class JoinForm(forms.Form):
    """Who comes in, and their password."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Say who you are: your name stands beside what you do.")},
    )
    password = forms.CharField(
        label=gettext_lazy("A password of your own"),
        max_length=1_000,
        strip=False,
        help_text=gettext_lazy("At least 10 characters: three words that only you put together are good."),
        widget=forms.PasswordInput({"autocomplete": "new-password", "dir": "ltr"}),
        error_messages={"required": gettext_lazy("Choose a password.")},
    )

    def __init__(self, *args, invitation: Invitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, User(first_name=self.invitation.name, email=self.invitation.email))
        return password


@sensitive_post_parameters("password")
@limited("log_in", counts=is_sent)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, pk: int, signature: str):
    """Come in by a link: with a new account, or with the one that somebody has."""
    invitation = invitation_by_link(pk, signature)
    if not invitation.is_open:
        return _ended(request, invitation)
    if request.user.is_authenticated and begun_on_shared_phone(request):
        logout(request)  # a number is good for the work on this telephone, not for the account
    if request.user.is_authenticated:
        return _accepted(request, invitation) if is_sent(request) else _page(request, invitation)
    if known_by(invitation):
        return _page(request, invitation, must_log_in=True)
    form = JoinForm(
        request.POST if is_sent(request) else None, invitation=invitation, initial={"name": invitation.name}
    )
    if not is_sent(request):
        return _page(request, invitation, form=form)
    if not form.is_valid():
        return _page(request, invitation, form=form, status=422)
    try:
        member = join(invitation, **form.cleaned_data)
    except AlreadyKnown:
        return _page(request, invitation, must_log_in=True)
    except InvitationEnded:
        return _ended(request, invitation)
    messages.success(request, _("Welcome. This is what waits today."))
    return perform_login(request, member.user, redirect_url=reverse("workspace_today", args=[member.cooperative.slug]))


def _accepted(request, invitation: Invitation):
    try:
        members.accept(invitation, user=request.user)
    except InvitationEnded:
        return _ended(request, invitation)
    except LastManager:
        messages.error(
            request, _("You are the only manager there. Make somebody else a manager before you take another role.")
        )
    else:
        messages.success(request, _("Welcome. This is what waits today."))
    return redirect("workspace_today", invitation.cooperative.slug)


def _ended(request, invitation: Invitation):
    return render(request, "workspace/invitation_ended.html", {"invitation": invitation}, status=410)


def _page(request, invitation: Invitation, *, form=None, must_log_in: bool = False, status: int = 200):
    context = {"invitation": invitation, "form": form, "must_log_in": must_log_in}
    return render(request, "workspace/invitation.html", context, status=status)
