"""What somebody looks after for themselves: where they are logged in, and their password."""

from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ..accounts.queries import account_named
from ..limits import forgive, is_sent, limited, seconds_to_wait
from ..permissions import begun_on_shared_phone, person_by_link

#: A word of a browser's name for itself → what people call the machine; the first that fits.
MACHINES = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "Linux": "Linux",
}


def machine_of(user_agent: str) -> str:
    """`Android` for a long line that says so among other things; empty for what is none of these."""
    return next((name for word, name in MACHINES.items() if word in user_agent), "")


def check_own_password(user, password: str) -> None:
    """Tries are counted with those at the door: a telephone lies about, logged in by a number.

    Raises:
        ValidationError: it is not theirs, or was tried too often.
    """
    account = account_named(user.get_username())
    if seconds_to_wait("log_in_account", who=account):
        raise forms.ValidationError(_("The password was tried too often. Wait a few minutes."))
    if not user.check_password(password):
        raise forms.ValidationError(_("This is not your password."))
    forgive("log_in_account", who=account)


class NewPasswordForm(forms.Form):
    """A password for whoever has none that they know."""

    password = forms.CharField(
        label=gettext_lazy("A new password"),
        max_length=1_000,
        strip=False,
        help_text=gettext_lazy("At least 10 characters: three words that only you put together are good."),
        widget=forms.PasswordInput({"autocomplete": "new-password", "dir": "ltr"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]

    def save(self) -> None:
        self.user.set_password(self.cleaned_data["password"])
        self.user.save(update_fields=["password"])


class PasswordForm(NewPasswordForm):
    """Another password. The old one is asked for: a telephone lies about."""

    old_password = forms.CharField(
        label=gettext_lazy("Your password until now"),
        max_length=1_000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password", "dir": "ltr"}),
    )
    field_order = ["old_password", "password"]

    def clean_old_password(self) -> str:
        check_own_password(self.user, self.cleaned_data["old_password"])
        return self.cleaned_data["old_password"]


@sensitive_post_parameters()
@limited("log_in", counts=is_sent)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request):
    if not request.user.is_authenticated:
        return redirect_to_login(request.path, reverse("workspace_log_in"))
    if begun_on_shared_phone(request):
        messages.info(request, _("Your account opens with your password, not with your number."))
        return redirect("workspace")
    user, ends = request.user, "end" in request.POST
    form = PasswordForm(request.POST if is_sent(request) and not ends else None, user=user)
    if ends:
        for session in UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key):
            session.end()
        messages.success(request, _("You are logged in on this machine alone."))
        return redirect("workspace_account")
    if is_sent(request) and form.is_valid():
        form.save()
        update_session_auth_hash(request, user)  # with the old password all other log-ins ended
        messages.success(request, _("You have a new password. Other machines have to log in with it."))
        return redirect("workspace_account")
    sessions = UserSession.objects.purge_and_list(user)
    here = request.session.session_key
    context = {
        "form": form,
        "log_ins": [
            (machine_of(session.user_agent), session.created_at, session.session_key == here) for session in sessions
        ],
    }
    return render(request, "workspace/account.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@limited("log_in", counts=is_sent)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request, uid: str, token: str):
    """By a link from staff, for whoever has forgotten theirs; all log-ins end with the old one."""
    user = person_by_link(uid, token)
    form = NewPasswordForm(request.POST if is_sent(request) else None, user=user)
    if is_sent(request) and form.is_valid():
        form.save()
        messages.success(request, _("You have a new password. Log in with it."))
        return redirect("workspace_log_in")
    context = {"person": user, "form": form}
    return render(request, "workspace/new_password.html", context, status=422 if form.errors else 200)
