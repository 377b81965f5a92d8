"""The door of the back office. It is the only one: Wagtail's other log-in leads here."""

from wagtail.admin.views.account import LoginView

from catalog.text_folding import fold

from ..limits import forgive, network_of, say_when, seconds_to_wait, when


class LogIn(LoginView):
    """Wagtail's, which refuses to try passwords without end, from one network or for one account."""

    def post(self, request, *args, **kwargs):
        wait = seconds_to_wait("log_in", who=network_of(request)) or seconds_to_wait("log_in_account", who=self.account)
        if not wait:
            return super().post(request, *args, **kwargs)
        unread = self.get_form_class()(initial={"username": request.POST.get("username", "")[:150]})
        page = self.render_to_response(self.get_context_data(form=unread, **when(wait)), status=429)
        return say_when(page, wait)

    def get_redirect_url(self):
        """Django overlooks a host that stands behind a tab (`//<tab>/elsewhere.example`): nowhere that cannot be printed."""
        url = super().get_redirect_url()
        return url if url.isprintable() else ""

    def form_valid(self, form):
        forgive("log_in_account", who=self.account)
        return super().form_valid(form)

    @property
    def account(self) -> str:
        """One key for all the ways to write a user name."""
        return fold(self.request.POST.get("username", "")[:150])
