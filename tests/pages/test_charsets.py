"""Through the application that servers start: the test client would make requests of its own kind."""

from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest

from store.wsgi import application
from tests.factories import LotFactory

URLENCODED, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
FOREIGN = ["utf-7", "utf-16", "latin-1", "shift_jis", "rot13", "hex", "punycode", "undefined", "made-up", "é"]


def ask(method: str, path: str, *, content_type: str, query: str = "", body: bytes = b"") -> tuple[int, str]:
    """The status and the page that a server would send."""
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)), "HTTP_HOST": "testserver", "HTTP_SEC_FETCH_SITE": "same-origin",
        "wsgi.input": BytesIO(body),
    }  # fmt: skip
    setup_testing_defaults(environ)
    # What the application does with a request, without closing the connection that the test's rows are in.
    answer = application.get_response(application.request_class(environ))
    assert "Content-Security-Policy" in answer.headers
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("charset", FOREIGN)
def test_an_address_is_read_as_utf_8_whatever_charset_the_request_names(db, settings, charset):
    LotFactory()
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
    query = "q=%2B2AA-%ED%A0%80%00&" * 600
    assert ask("GET", "/fr/boutique/", content_type=f"text/html; charset={charset}", query=query)[0] == 400
    status, page = ask("GET", "/fr/boutique/", content_type=f"text/html; charset={charset}", query="q=caf%C3%A9")
    assert (status, "café" in page) == (200, True)


@pytest.mark.parametrize("charset", FOREIGN)
@pytest.mark.parametrize("content_type", [URLENCODED, PARTS])
def test_a_form_in_another_charset_is_refused_in_words(db, content_type, charset):
    variant = LotFactory().variant
    body = b"variant=%d" % variant.pk
    status, page = ask("POST", "/fr/panier/ajouter/", content_type=f"{content_type}; charset={charset}", body=body)
    assert (status, "Cette demande" in page) == (400, True)


@pytest.mark.parametrize(
    "parameter", ["charset*=made-up''a", "charset*=utf-8''a%00b", "charset*=utf-8''%ED%A0%80", "a*=x''y"]
)
def test_a_parameter_that_cannot_be_read_is_no_accident(db, parameter):
    LotFactory()
    assert ask("GET", "/fr/boutique/", content_type=f"{URLENCODED}; {parameter}")[0] == 200
    assert ask("POST", "/fr/panier/ajouter/", content_type=f"{URLENCODED}; {parameter}", body=b"variant=1")[0] == 400


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
def test_a_form_that_names_utf_8_is_read(db, charset):
    variant = LotFactory().variant
    body = b"variant=%d" % variant.pk
    assert ask("POST", "/fr/panier/ajouter/", content_type=f"{URLENCODED}; charset={charset}", body=body)[0] == 303
