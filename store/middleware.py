import logging
import re
import traceback

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from .health import UNAVAILABLE
from .shopfront.errors import bad_request, closed, unavailable

log = logging.getLogger(__name__)

# Wagtail's admin is not clean of inline scripts yet: it has a policy of its own, without nonces (docs/decisions/0006).
ADMIN_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "frame-ancestors": [SELF],
    "form-action": [SELF],
    "base-uri": [SELF],
    "object-src": ["'none'"],
}


class ContentSecurityPolicy(CSPMiddleware):
    """The strict public policy everywhere but under /admin/; none for static files that are no pages and should be light."""

    def process_response(self, request, response):
        if request.path.startswith(settings.STATIC_URL) and response.status_code in (200, 304):
            return response
        if request.path.startswith("/admin/"):
            response._csp_config = ADMIN_POLICY
        return super().process_response(request, response)


class CompressedPages(GZipMiddleware):
    """Compresses what is text; pictures are small already, and static files are compressed once, when they are collected."""

    TEXTS = ("text/", "application/json", "application/xml", "application/atom+xml", "application/manifest+json")

    def process_response(self, request, response):
        if not response.headers.get("Content-Type", "").startswith(self.TEXTS):
            return response
        return super().process_response(request, response)


class OwnCookies:
    """Django's cookies count only in the form that Django writes them.

    Within quotes a cookie can hold any character, NUL too, which PostgreSQL refuses; and a broken token would be answered
    with a new one, even on pages that are the same for everybody.
    """

    FORMS = {
        settings.SESSION_COOKIE_NAME: re.compile(r"[a-z0-9]{32}"),
        settings.CSRF_COOKIE_NAME: re.compile(r"[a-zA-Z0-9]{32}"),
    }

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        for name, form in self.FORMS.items():
            if not form.fullmatch(request.COOKIES.get(name, "")):
                request.COOKIES.pop(name, None)
        return self.get_response(request)


class PathLanguage(LocaleMiddleware):
    """The language of an address is its first word. Unlike Django's own, it never sends one address to another, so that
    `/zgh/` is a 404 and answers depend on no cookie."""

    def process_response(self, request, response):
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class WordedRefusals:
    """A refusal without words, such as Django's own of a method, gets a page: somebody may have reloaded a form's address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code >= 400 and not response.streaming and not response.content:
            page = bad_request(request)
            response.content, response.headers["Content-Type"] = page.content, page.headers["Content-Type"]
        return response


class BrokenForms:
    """A form that its own inputs cannot read was not sent by our pages: Wagtail's blocks fail on a count that is no number.

    Nothing was written; the page says that the request was not understood.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        frames = traceback.walk_tb(exception.__traceback__)
        was_reading = any(frame.f_code.co_name == "value_from_datadict" for frame, _line in frames)
        if request.method != "POST" or not was_reading or isinstance(exception, UNAVAILABLE):
            return None
        log.warning("a form could not be read: %r", exception)
        return bad_request(request)


class Closed:
    """The whole shop is closed for work on it (`CLOSED`): one page, whatever is asked for, and nothing is read."""

    def __init__(self, get_response):
        if not settings.CLOSED:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request) if request.path.startswith(settings.STATIC_URL) else closed(request)


class BusyDatabase:
    """A database that is locked or away gives a page that says so, with the right status, instead of an error.

    Errors of views come here, before Django calls them errors; those of other middleware go to `errors.server_error`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        return unavailable(request, exception) if isinstance(exception, UNAVAILABLE) else None
