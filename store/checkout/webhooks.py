"""Where providers of card payments call us. Their signature is the only key; a page of people is never shown here."""

import logging

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..flows.cards.callbacks import Answer, take_callback
from ..flows.cards.events import keep_event
from ..payments.methods import CMI, STRIPE
from ..payments.providers.base import ForeignMode, Forged, Unreadable
from ..payments.providers.cmi import Cmi
from ..payments.providers.registry import provider_of

log = logging.getLogger(__name__)
#: Bytes. The largest that Stripe sends is a tenth of it.
LARGEST = 256 * 1024
#: What CMI is to do, in its words: capture the money, keep or drop it, or tell us again.
CMI_ANSWERS = {Answer.TAKE: "ACTION=POSTAUTH", Answer.LEAVE: "APPROVED", Answer.FAIL: "FAILURE"}


@never_cache
@csrf_exempt
@require_POST
def stripe_webhook(request):
    """Keep what Stripe tells and answer at once; worker and clock apply it."""
    if not STRIPE.is_there:
        raise Http404("no contract with this provider")
    if _is_too_large(request):
        return _answer("too large", 413)
    try:
        event = provider_of(STRIPE.code).read(request.body, request.headers.get("Stripe-Signature", ""))
    except (Forged, Unreadable, ForeignMode) as error:
        log.warning("a callback of stripe was refused: %s", type(error).__name__)
        return _answer("refused", 400)
    return _answer("kept" if keep_event(STRIPE.code, event) else "known")


@never_cache
@csrf_exempt
@require_POST
def cmi_callback(request):
    """Apply what CMI tells, and answer what it is to do with the money."""
    if not CMI.is_there:
        raise Http404("no contract with this provider")
    if _is_too_large(request):
        return _answer("FAILURE", 413)
    try:
        event, state = Cmi().read_callback(request.POST.dict())
    except (Forged, Unreadable) as error:
        log.warning("a callback of cmi was refused: %s", type(error).__name__)
        return _answer(CMI_ANSWERS[Answer.FAIL])
    return _answer(CMI_ANSWERS[take_callback(CMI.code, event, state)])


def _is_too_large(request) -> bool:
    try:
        return int(request.headers.get("Content-Length") or 0) > LARGEST
    except ValueError:
        return True


def _answer(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
