"""The contact page with its form. Of one person, because the form has a token: never cached."""

from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from phonenumber_field.phonenumber import PhoneNumber

from ..flows.take_message import take_message
from ..limits import given_back_if_busy, network_of, say_when, seconds_to_wait, when
from .forms import ContactForm

#: After the address of the page: the message came.
THANKS = "merci"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request, page):
    """Wagtail's own way of the page leads here: what is shown of it, and what is sent to it."""
    if answer := page.elsewhere(request):
        return answer
    if request.method != "POST":
        is_sent = THANKS in request.GET
        form = (
            None
            if is_sent
            else ContactForm(initial={"order_number": request.GET.get("commande", "").replace("\0", "")[:20]})
        )
        return _shown(request, page, form, is_sent=is_sent)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _shown(request, page, form, status=422)
    if not form.is_from_a_program:
        who = network_of(request)
        if wait := seconds_to_wait("contact", who=who):
            at = time_format(when(wait)["again_at"], "H:i")
            form.add_error(None, _("Many messages came from your connection. Try again at %(time)s.") % {"time": at})
            return say_when(_shown(request, page, form, status=429), wait)
        with given_back_if_busy("contact", who=who):
            written = {name: value for name, value in form.cleaned_data.items() if name != "website"}
            take_message(language=get_language(), **written)
    return HttpResponseRedirect(f"{page.get_url(request)}?{THANKS}=1", status=303)


def _shown(request, page, form, *, status=200, **more):
    phone = PhoneNumber.from_string(settings.CONTACT_PHONE) if settings.CONTACT_PHONE else None
    days = {"answered": settings.CONTACT_MESSAGE_DAYS, "unanswered": settings.CONTACT_UNANSWERED_DAYS}
    context = {**page.get_context(request), "contact_phone": phone, "days_kept": days, "form": form, **more}
    return render(request, page.template, context, status=status)
