"""One request as it arrives at the server: bytes everywhere, so that nothing is put right on the way."""

from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import quote_from_bytes

BOUNDARY = b"fuzz-boundary"
URLENCODED = b"application/x-www-form-urlencoded"
MULTIPART = b"multipart/form-data; boundary=" + BOUNDARY
Pairs = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class File:
    """A file where the form may not expect one."""

    name: bytes
    filename: bytes
    content: bytes
    content_type: bytes = b"application/octet-stream"


@dataclass
class Attempt:
    method: str
    #: The path with a `{name}` for each parameter.
    path: bytes
    parameters: dict[str, bytes] = field(default_factory=dict)
    query: Pairs = field(default_factory=list)
    #: Instead of `query`, as it stands.
    raw_query: bytes | None = None
    fields: Pairs = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    content_type: bytes = URLENCODED
    #: Instead of `fields` and `files`, as it stands.
    raw_body: bytes | None = None
    #: Instead of the true one.
    content_length: str | None = None
    headers: dict[str, bytes] = field(default_factory=dict)
    cookies: dict[str, bytes] = field(default_factory=dict)
    remote_address: str = "127.0.0.1"
    tricks: list[str] = field(default_factory=list)

    @property
    def full_path(self) -> bytes:
        path = self.path
        for name, value in self.parameters.items():
            path = path.replace(b"{%s}" % name.encode(), value)
        return path

    @property
    def query_string(self) -> bytes:
        return encoded(self.query) if self.raw_query is None else self.raw_query

    @property
    def body(self) -> bytes:
        if self.raw_body is not None:
            return self.raw_body
        if not self.fields and not self.files:
            return b""
        return self._parts() if self.files or self.content_type.startswith(b"multipart/") else encoded(self.fields)

    @property
    def sends_body(self) -> bool:
        return bool(self.fields or self.files or self.raw_body is not None)

    def environ(self) -> dict:
        """The request as a WSGI server hands it on."""
        body = self.body
        environ = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": self.full_path.decode("latin-1"),
            "QUERY_STRING": self.query_string.decode("latin-1"),
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": self.remote_address,
            "HTTP_HOST": "testserver",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if self.sends_body:
            environ["CONTENT_TYPE"] = self.content_type.decode("latin-1")
            environ["CONTENT_LENGTH"] = str(len(body)) if self.content_length is None else self.content_length
        if self.cookies:
            pairs = [name.encode() + b"=" + value for name, value in self.cookies.items()]
            environ["HTTP_COOKIE"] = _fit_for_a_header(b"; ".join(pairs))
        for name, value in self.headers.items():
            environ["HTTP_" + name.upper().replace("-", "_")] = _fit_for_a_header(value)
        return environ

    def _parts(self) -> bytes:
        parts = [
            b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (_quotable(name), value)
            for name, value in self.fields
        ]
        parts += [
            b'Content-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: %s\r\n\r\n%s'
            % (_quotable(file.name), _quotable(file.filename), file.content_type, file.content)
            for file in self.files
        ]
        lines = b"".join(b"--%s\r\n%s\r\n" % (BOUNDARY, part) for part in parts)
        return lines + b"--%s--\r\n" % BOUNDARY


def encoded(pairs: Pairs) -> bytes:
    return b"&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}".encode() for name, value in pairs)


def _fit_for_a_header(value: bytes) -> str:
    """As a server lets it through: it refuses NUL and the ends of lines itself."""
    return value.translate(None, b"\0\r\n").decode("latin-1")


def _quotable(value: bytes) -> bytes:
    return value.replace(b'"', b"%22")
