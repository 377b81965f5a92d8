"""The HTTP face: Stripe's addresses under /v1, its page under /c/pay, CMI's under /fim, control under /_control."""

import json
import socket
import struct
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from .cmi_like.payments import CmiError
from .control import VERBS, WITH_TYPES
from .mishaps import GARBAGE, CutOff, Mishap
from .stripe_like.account import new_id
from .stripe_like.api import find
from .stripe_like.errors import StripeError

LARGEST = 1_000_000
JSON, HTML = "application/json", "text/html; charset=utf-8"
#: Its pages need nothing but themselves.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'"


class Server(ThreadingHTTPServer):
    """Listens on this machine only."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, provider, port: int, tick: Callable[[], None]):
        self.provider = provider
        self.tick = tick
        super().__init__(("127.0.0.1", port), Handler)

    def service_actions(self) -> None:
        self.tick()

    def handle_error(self, request, client_address) -> None:
        if isinstance(sys.exc_info()[1], ConnectionError):
            self.provider.log("a call broke off")
        else:
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together
    timeout = 60
    server: Server

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        try:
            if self.server.provider.is_over:
                raise CutOff
            length = int(self.headers.get("Content-Length") or 0)
            if not 0 <= length <= LARGEST:
                self.close_connection = True
                self.send(413, "", "text/plain")
                return
            self.encoded = self.rfile.read(length).decode(errors="replace")
            self.parts = urlsplit(self.path)
            self.query = dict(parse_qsl(self.parts.query))
            face = {"v1": self.stripe, "c": self.hosted_page, "fim": self.cmi, "_control": self.control}
            face.get(self.parts.path.split("/")[1], self.nothing)()
        except CutOff:
            self.cut()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, format, *args) -> None:
        """Lines of our own say more."""

    def send(self, status: int, body: str, kind: str = JSON, **headers: str) -> None:
        encoded = body.encode()
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": str(len(encoded)), "Cache-Control": "no-store"} | headers
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(encoded)

    def send_json(self, status: int, body, **headers: str) -> None:
        self.send(status, json.dumps(body, indent=2, ensure_ascii=False), **headers)

    def send_page(self, status: int, html: str) -> None:
        self.send(status, html, HTML, Content_Security_Policy=POLICY, Referrer_Policy="no-referrer")

    def cut(self) -> None:
        """Close the line at once, as a firewall does."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def nothing(self) -> None:
        self.send(404, "Nothing here. /_control/ says what there is to do.\n", "text/plain")

    # -- Stripe --------------------------------------------------------------------------------------------------------

    def stripe(self) -> None:
        api, mishaps = self.server.provider.api, self.server.provider.mishaps
        request = {"Request-Id": new_id("req_", 14)}
        try:
            api.check_key(self.headers.get("Authorization", ""))
            found = find(self.command, self.parts.path)
            if found is None:
                raise StripeError(404, f"Unrecognized request URL ({self.command}: {self.parts.path}).")
        except StripeError as error:
            self.send_json(error.status, error.body, **request)
            return
        route, ids = found
        mishap = mishaps.take(route.name) or Mishap(route.name)
        key = self.headers.get("Idempotency-Key", "")
        if mishap.replaces_the_answer and not mishap.after:
            mishaps.sleep(mishap.hang)
            status, body, headers = 0, {}, {}
        else:
            asked = "&".join(filter(None, [self.parts.query, self.encoded]))
            before = 0 if mishap.after else mishap.hang
            status, body, headers = api.answer(route, ids, asked, key, lambda: mishaps.sleep(before))
            mishaps.sleep(mishap.hang if mishap.after else 0)
        if mishap.status:
            status, body = mishap.status, mishap.body
            if mishap.kept and key:
                api.remember(key, status, body)
        self.server.provider.log(
            f"{self.command} {route.name} {status or 'broken'}{' again' if headers.get('Idempotent-Replayed') else ''}"
        )
        if mishap.reset:
            raise CutOff
        if mishap.garbage:
            self.send(mishap.status or 200, GARBAGE, "text/html", **request)
            return
        self.send_json(status, body, **request, **headers)

    def hosted_page(self) -> None:
        id = self.parts.path.removeprefix("/c/pay/")
        page, asked = self.server.provider.page, {"wish": self.query.get("lang", "")}
        asked["accepts"] = self.headers.get("Accept-Language", "")
        if self.command == "POST":
            reply = page.post(id, dict(parse_qsl(self.encoded)), **asked)
        else:
            reply = page.get(id, step=self.query.get("step", ""), **asked)
        self.server.provider.log(f"{self.command} page {reply.status}")
        if reply.location:
            self.send(reply.status, "", HTML, Location=reply.location)
        else:
            self.send_page(reply.status, reply.html)

    # -- CMI -----------------------------------------------------------------------------------------------------------

    def cmi(self) -> None:
        fields = dict(parse_qsl(self.encoded, keep_blank_values=True))
        if self.command == "POST" and self.parts.path == "/fim/est3Dgate":
            status, html = self.server.provider.cmi_page.arrive(fields)
        elif self.command == "POST" and self.parts.path.startswith("/fim/pay/"):
            token = self.parts.path.removeprefix("/fim/pay/")
            status, html = self.server.provider.cmi_page.press(token, fields.get("deed", ""))
        else:
            self.nothing()
            return
        self.server.provider.log(f"POST CMI's page {status}")
        self.send_page(status, html)

    # -- Control -------------------------------------------------------------------------------------------------------

    def control(self) -> None:
        """Not for pages of other sites: they could neither name this host nor send JSON here."""
        name = self.parts.path.removeprefix("/_control/")
        host = self.headers.get("Host", "").partition(":")[0]
        is_json = self.headers.get("Content-Type", "").startswith(JSON)
        if host not in {"127.0.0.1", "localhost"} or (self.command == "POST" and not is_json):
            self.send_json(403, {"error": "Asked from this machine, a POST with Content-Type: application/json."})
        elif not name:
            self.send_json(200, {verb: do.__doc__ or "" for verb, do in VERBS.items()})
        elif name not in VERBS:
            self.send_json(404, {"error": f"No such verb: {name}"})
        else:
            try:
                how = json.loads(self.encoded or "{}")
                types = how.pop("types", []) if name in WITH_TYPES else []
                seconds = [how.pop("seconds")] if name == "delay" else []
                answer = getattr(self.server.provider, name)(*seconds, *types, **how)
            except (TypeError, ValueError, AttributeError, LookupError, CmiError, StripeError) as error:
                self.send_json(400, {"error": f"{type(error).__name__}: {error}"})
            else:
                with self.server.provider.account.lock:
                    encoded = json.dumps(answer, indent=2, ensure_ascii=False)
                self.send(200, encoded)
