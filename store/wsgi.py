import os

from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "store.settings.demo")


class Utf8Request(WSGIRequest):
    """A request whose words are UTF-8, as browsers send them from our pages. A form that says otherwise is refused.

    Django would decode addresses and forms in whatever charset a request names: some give half characters that no
    database takes, some are no charsets of texts at all, and some make it fail before there is a request to answer.
    """

    def _set_content_type_params(self, meta):
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            self.content_type, self.content_params = "", {"charset": "unknown"}

    def _load_post_and_files(self):
        if self.content_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            self._mark_post_parse_error()
            raise BadRequest("a form in another charset than UTF-8")
        super()._load_post_and_files()


application = get_wsgi_application()
application.request_class = Utf8Request
