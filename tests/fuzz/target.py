"""How a good request reaches a view."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from .attempts import MULTIPART, Attempt, File
from .shop import Shop

TOKEN = b"a" * 32  # Django's token is good when the cookie and the form say the same
LANGUAGES = ["fr", "fr", "fr", "ar", "en"]
Values = dict[str, object]


def nothing(shop: Shop) -> Values:
    return {}


def nowhere(shop: Shop) -> list[Values]:
    return [{}]


def no_files(shop: Shop) -> list[File]:
    return []


@dataclass(frozen=True)
class Target:
    #: The pattern in the table of addresses, without its language.
    route: str
    #: The good path, with `{names}` that `places` fills in.
    path: str
    #: What the good request is answered, by method.
    answers: dict[str, set[int]]
    places: Callable[[Shop], list[Values]] = nowhere
    query: Callable[[Shop], Values] = nothing
    fields: Callable[[Shop], Values] = nothing
    #: Sent with the fields, which are then in parts.
    files: Callable[[Shop], list[File]] = no_files
    #: The same for everybody: no cookie, no `Vary: Cookie`.
    is_public: bool = False
    most_queries: int = 12
    #: How many requests are a fair sample of it, if that is not to be told from what it takes: few for long pages that are not
    #: there in production.
    few: int | None = None
    headers: dict[str, bytes] = field(default_factory=dict)
    #: Where two targets share a route.
    called: str = ""
    #: Asked by somebody who is logged in and manages a cooperative.
    is_at_work: bool = False
    #: Asked by a telephone that the people of that cooperative share.
    is_on_shared_phone: bool = False

    @property
    def name(self) -> str:
        return self.called or self.route or "/"

    @property
    def sample(self) -> int:
        """150 requests where it takes a form or parameters, 40 where its address is all that it reads."""
        reads_its_address_only = self.query is nothing and self.fields is nothing and self.files is no_files
        return self.few or (40 if reads_its_address_only else 150)

    def good_attempt(self, shop: Shop, chance: Random, *, method: str | None = None) -> Attempt:
        method = method or chance.choice(list(self.answers))
        language = chance.choice(LANGUAGES) if "{language}" in self.path else None
        place = {"language": language} if language else {}
        place |= chance.choice(self.places(shop))
        attempt = Attempt(
            method=method,
            path=self.path.encode(),
            parameters={name: str(value).encode() for name, value in place.items()},
            query=_pairs(self.query(shop)),
            headers={"Accept-Language": b"fr", **self.headers},
            cookies={"cart": shop.cart.token.encode(), "cart_count": b"3"},
        )
        if self.is_at_work:
            attempt.cookies["sessionid"] = shop.session.encode()
        if self.is_on_shared_phone:
            attempt.cookies["shared_phone"] = shop.phone_token.encode()
        if method == "POST":
            if files := self.files(shop):
                attempt.files, attempt.content_type = files, MULTIPART
            attempt.fields = [(b"csrfmiddlewaretoken", TOKEN), *_pairs(self.fields(shop))]
            attempt.headers["Sec-Fetch-Site"] = b"same-origin"
            attempt.cookies["csrftoken"] = TOKEN
        return attempt


def _pairs(values: Values) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), str(value).encode()) for name, value in values.items()]
