"""The door of the workspace: a telephone or an e-mail, and a password."""

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.views import RedirectURLMixin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from catalog.text_folding import western_digits

from ..limits import LimitedLogIn
from .shared import phone_here


class LogInForm(forms.Form):
    login = forms.CharField(
        label=_("Telephone or e-mail"),
        max_length=150,
        widget=forms.TextInput(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}
        ),
        error_messages={"required": _("Write your telephone or your e-mail.")},
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1_000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password", "dir": "ltr"}),
        error_messages={"required": _("Write your password.")},
    )

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.user = request, None

    def clean_login(self) -> str:
        return western_digits(self.cleaned_data["login"])

    def clean(self):
        answers = super().clean()
        if not self.errors:
            login, password = answers["login"], answers["password"]
            kind = "email" if "@" in login else "phone"
            user = get_adapter(self.request).authenticate(self.request, **{kind: login}, password=password)
            if user is None or not user.is_active:  # the same words for both: nobody learns who has an account
                raise forms.ValidationError(_("This telephone or e-mail and this password do not go together."))
            self.user = user
        return answers


class LogsIn(RedirectURLMixin, FormView):
    """Lets in whom the form has found."""

    def form_valid(self, form):
        return perform_login(self.request, form.user, redirect_url=self.get_success_url())


class LogIn(LimitedLogIn, LogsIn):
    named_in = "login"
    form_class = LogInForm
    template_name = "workspace/log_in.html"

    @method_decorator([sensitive_post_parameters("password"), never_cache])
    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and request.method != "POST":
            return redirect(self.get_success_url())
        if request.method != "POST" and "password" not in request.GET and phone_here(request):
            return redirect("workspace_who")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "request": self.request}

    def unread_form(self, initial: dict):
        return LogInForm(initial=initial, request=self.request)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_default_redirect_url(self):
        return reverse("workspace")

    def get_redirect_url(self):
        """Not back to this door."""
        url = super().get_redirect_url()
        return "" if url.startswith(reverse("workspace_log_in")) else url

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "next": self.get_redirect_url()}


@require_POST
def log_out(request):
    logout(request)
    return redirect("workspace_log_in")
