"""What a request says about itself, and hostile ways to say it."""

from .attempts import MULTIPART
from .inputs import ELSEWHERE

METHODS = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "FUZZ",
    "get",
    "G-T",
]
CHARSETS = [
    b"utf-7", b"utf-16", b"utf-32", b"latin-1", b"made-up", b"cp037", b"rot13", b"hex", b"idna", b"punycode",
    b"unicode_escape",
    b"raw_unicode_escape", b"undefined", b"shift_jis", b"zlib", b"utf-8-sig", b'"utf-8"', b"", b"\xff", b"x" * 5000,
]  # fmt: skip
CONTENT_TYPES = [
    b"application/json", b"text/plain", b"text/xml", b"", b"a", b"/", b";",
    b"application/x-www-form-urlencoded; charset", MULTIPART,
    b"multipart/form-data", b"multipart/form-data; boundary=", b"multipart/form-data; boundary=" + b"x" * 300,
    b"multipart/mixed; boundary=a",
    b"multipart/form-data; boundary=\xe9", b"multipart/form-data; boundary*=utf-8''a%00b",
    b"multipart/form-data; boundary=a; boundary=b",
    b"application/x-www-form-urlencoded; charset*=utf-8''a%00b", b"application/x-www-form-urlencoded; charset*=made-up''a",
    b"text/html; charset*=utf-8'fr'%ED%A0%80", b"text/html; charset*='''", b"application/graphql", b"*/*",
]  # fmt: skip
HOSTS = [
    ELSEWHERE, b"testserver:8000", b"testserver:99999999999999999999", b"TESTSERVER", b"testserver.", b"localhost",
    b"127.0.0.1", b"[::1]",
    b"", b"testserver@" + ELSEWHERE, b"testserver/" + ELSEWHERE, b"testserver:80@" + ELSEWHERE, b"a b", b"\xff",
    b"x" * 3000, b"testserver\\a",
    b"testserver:", b"[", b"<fuzz-canary>",
]  # fmt: skip
HEADERS = [
    "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Authorization", "Cache-Control", "Cookie",
    "Expect", "Forwarded",
    "HX-Boosted", "HX-Current-URL", "HX-History-Restore-Request", "HX-Prompt", "HX-Request", "HX-Target",
    "HX-Trigger", "HX-Trigger-Name",
    "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Origin", "Range", "Referer",
    "Sec-Fetch-Site",
    "Sec-Fetch-Mode", "Transfer-Encoding", "Triggering-Event", "Upgrade", "User-Agent", "Via", "X-CSRFToken",
    "X-Forwarded-For",
    "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-HTTP-Method-Override",
    "X-Original-URL",
    "X-Requested-With", "X-Rewrite-URL",
]  # fmt: skip
FITTING = {
    "Accept": [
        b"*/*;q=x",
        b"text/html;q=1e999",
        b"a/b/c",
        b", ,;",
        b"text/html" * 2000,
        b"application/json",
        b";q*=made-up''a",
    ],
    "Accept-Language": [
        b"ar",
        b"zgh,ar;q=0.5",
        b"x" * 600,
        b"fr,",
        b"fr-" + b"a-" * 300,
        b"*",
        b"en;q=NaN",
        b"fr," * 9000,
        b"\xd9\xa1;q=1",
    ],
    "If-Modified-Since": [
        b"Thu, 01 Jan 1970 00:00:00 GMT",
        b"Thu, 31 Feb 99999 25:61:61 GMT",
        b"Thursday, 01-Jan-00 00:00:00 GMT",
    ],
    "If-None-Match": [b"*", b'"a", W/"b"', b'"' * 5000],
    "Origin": [b"null", b"http://testserver", b"https://" + ELSEWHERE, b"http://[", b"http://testserver:80"],
    "Range": [
        b"bytes=0-",
        b"bytes=-1",
        b"bytes=9-1",
        b"bytes=0-0,1-1",
        b"bytes=" + b"1-1," * 2000,
        b"bytes=99999999999999999999-",
        b"a=b",
    ],
    "Referer": [
        b"http://testserver/fr/boutique/",
        b"http://[",
        b"//",
        b"http://testserver@" + ELSEWHERE,
        b"http://[::1%25]/",
    ],
    "Sec-Fetch-Site": [b"same-origin", b"none", b"cross-site", b"same-site"],
    "HX-Current-URL": [b"http://[", b"http://testserver/%ff", b"http://" + ELSEWHERE + b"/a"],
    "X-HTTP-Method-Override": [b"DELETE", b"POST"],
    "X-Forwarded-Host": [ELSEWHERE],
    "X-Forwarded-Proto": [b"https"],
    "Transfer-Encoding": [b"chunked"],
}
COOKIES = [
    "cart",
    "cart_count",
    "csrftoken",
    "sessionid",
    "messages",
    "django_language",
    "theme",
    "",
    "a b",
    "$Version",
]
