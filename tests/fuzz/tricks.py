"""What is done to a good request to make it a bad one; each trick changes an attempt in place."""

import json
from random import Random

from django.conf import settings

from .attempts import BOUNDARY, MULTIPART, URLENCODED, Attempt, File, encoded
from .headers import CHARSETS, CONTENT_TYPES, COOKIES, FITTING, HEADERS, HOSTS, METHODS
from .inputs import ADDRESSES, a_value, an_atom


def replace_values(attempt: Attempt, chance: Random) -> None:
    """One to three values of the query or the form become hostile; now and then all of them."""
    for pairs in (attempt.query, attempt.fields):
        places = [place for place, (name, _) in enumerate(pairs) if name != b"csrfmiddlewaretoken"]
        chosen = places if chance.random() < 0.1 else chance.sample(places, min(len(places), chance.randint(1, 3)))
        for place in chosen:
            name, valid = pairs[place]
            pairs[place] = (name, a_value(chance, valid))


def replace_parameter(attempt: Attempt, chance: Random) -> None:
    name = chance.choice(sorted(attempt.parameters))
    attempt.parameters[name] = a_value(chance, attempt.parameters[name])


def bend_path(attempt: Attempt, chance: Random) -> None:
    """Something hostile anywhere in the path, which stays an absolute one."""
    path = attempt.full_path
    place = chance.randint(1, len(path))
    attempt.path, attempt.parameters = path[:place] + an_atom(chance) + path[place:], {}


def send_another_method(attempt: Attempt, chance: Random) -> None:
    attempt.method = chance.choice(METHODS)


def repeat_keys(attempt: Attempt, chance: Random) -> None:
    for pairs in (attempt.query, attempt.fields):
        if pairs:
            name, valid = chance.choice(pairs)
            more = [(name, a_value(chance, valid)) for _ in range(chance.choice([1, 2, 40]))]
            pairs[:] = [*pairs, *more] if chance.random() < 0.5 else [*more, *pairs]


def leave_keys_out(attempt: Attempt, chance: Random) -> None:
    for pairs in (attempt.query, attempt.fields):
        if pairs:
            keep = chance.random()
            pairs[:] = [pair for pair in pairs if chance.random() < keep]


def nest_names(attempt: Attempt, chance: Random) -> None:
    nests = [b"[]", b"[b][c]", b"[" * 500, b"[__proto__][a]", b".b.c", b"__in", b"[0]", b"\0", b"-TOTAL_FORMS", b"\xff"]
    for pairs in (attempt.query, attempt.fields):
        if pairs:
            place = chance.randrange(len(pairs))
            name, value = pairs[place]
            pairs[place] = (name + chance.choice(nests), value)


def add_unknown_names(attempt: Attempt, chance: Random) -> None:
    """Names that nobody asked for: a few hostile ones, or thousands."""
    pairs = attempt.fields if attempt.fields and chance.random() < 0.6 else attempt.query
    if chance.random() < 0.15:
        pairs += [(b"f%d" % number, b"") for number in range(chance.choice([499, 501, 1001, 5000]))]
    else:
        pairs += [(an_atom(chance), an_atom(chance)) for _ in range(chance.randint(1, 5))]


def send_raw_query(attempt: Attempt, chance: Random) -> None:
    query = attempt.query_string
    attempt.raw_query = chance.choice(
        [
            a_value(chance, query),
            query.replace(b"=", b""),
            b"&" * 2000,
            b"=&=&;",
            query + b"&%",
            query + b"&%f0%28=%80",
            b"?" + query,
        ]
    )


def say_another_charset(attempt: Attempt, chance: Random) -> None:
    """Text in an encoding that we do not speak, in a form, in parts or with an address only."""
    charset = chance.choice(CHARSETS)
    if attempt.fields and chance.random() < 0.4:
        attempt.content_type = MULTIPART
    kind = chance.choice([attempt.content_type, b"text/html"]) if not attempt.fields else attempt.content_type
    attempt.content_type = kind + b"; charset=" + charset
    in_that = [
        b"+2AA-",
        b"+AAA-",
        b"\\ud800",
        b"\\x00",
        "é\0".encode("utf-16"),
        "عسل".encode("utf-16-be"),
        b"\x00",
        b"%u0000",
        b"\xff",
    ]
    for pairs in (attempt.query, attempt.fields):
        if pairs:
            place = chance.randrange(len(pairs))
            pairs[place] = (pairs[place][0], chance.choice(in_that))
    if not attempt.fields:
        attempt.raw_body = attempt.raw_body or b""


def say_another_content_type(attempt: Attempt, chance: Random) -> None:
    attempt.raw_body = attempt.body
    attempt.content_type = chance.choice([*CONTENT_TYPES, an_atom(chance).translate(None, b"\0\r\n")])


def send_json(attempt: Attempt, chance: Random) -> None:
    fields = {name.decode("latin-1"): value.decode("latin-1") for name, value in attempt.fields or attempt.query}
    bodies = [json.dumps(fields).encode(), b"[" * 20_000, b'{"a":' * 5000, b"NaN", b'{"a":1e999}', b'"\\ud800"', b""]
    attempt.raw_body, attempt.content_type = chance.choice(bodies), b"application/json"


def break_the_parts(attempt: Attempt, chance: Random) -> None:
    """A form in parts that is cut off, lies about its parts or has none."""
    attempt.content_type = MULTIPART
    body = attempt.body or b"--%s--\r\n" % BOUNDARY
    cut = chance.randint(0, len(body))
    header = chance.choice(
        [
            b"Content-Transfer-Encoding: base64",
            b"Content-Length: -1",
            b"Content-Type: multipart/mixed; boundary=b",
            b"X: " + b"y" * 9000,
        ]
    )
    names = [
        b"name*=utf-8''%ED%A0%80",
        b"name*=made-up''a",
        b"name*=utf-8''a%00b",
        b"filename=../../a",
        b"name=",
        b"filename*=rot13''a; name=b",
        b"",
    ]
    part = b"--%s\r\nContent-Disposition: form-data; %s\r\n%s\r\n\r\n%s\r\n" % (
        BOUNDARY,
        chance.choice(names),
        header,
        an_atom(chance),
    )
    attempt.raw_body = chance.choice(
        [body[:cut], part + body, body.replace(b"\r\n", b"\n"), body + body, body.replace(BOUNDARY, b"a"), part * 200]
    )


def attach_files(attempt: Attempt, chance: Random) -> None:
    """Files where none are expected, or instead of a text."""
    names = [name for name, _ in attempt.fields] or [b"file"]
    content = chance.choice([b"", b"\0" * 10, b"GIF89a", b"<svg onload=x>", b"PK\x03\x04", b"x" * 3_000_000])
    count = chance.choice([1, 1, 1, 3, 101])
    content = content if count == 1 else content[:100]
    filename = chance.choice([an_atom(chance), b"a.svg", b"../../a.py", b"x" * 5000]).translate(None, b"\r\n")
    attempt.content_type = MULTIPART
    attempt.files = [File(chance.choice(names), filename, content) for _ in range(count)]
    if chance.random() < 0.5:
        taken = {file.name for file in attempt.files}
        attempt.fields = [(name, value) for name, value in attempt.fields if name not in taken]


def send_too_much(attempt: Attempt, chance: Random) -> None:
    """A body above DATA_UPLOAD_MAX_MEMORY_SIZE, in one of the ways it may come."""
    much = b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1000)
    attempt.content_type = chance.choice([URLENCODED, MULTIPART, b"text/plain"])
    attempt.fields = [*attempt.fields, (b"note", much)]
    if attempt.content_type != MULTIPART:
        attempt.raw_body = encoded(attempt.fields)


def lie_about_length(attempt: Attempt, chance: Random) -> None:
    attempt.raw_body = attempt.body
    attempt.content_length = chance.choice(
        ["0", "1", "9" * 18, str(len(attempt.raw_body) + 7)]
    )  # servers refuse no numbers


def send_headers(attempt: Attempt, chance: Random) -> None:
    for name in chance.sample(HEADERS, chance.choice([1, 1, 2, 5])):
        attempt.headers[name] = (
            chance.choice(FITTING[name]) if name in FITTING and chance.random() < 0.6 else a_value(chance)
        )


def send_another_host(attempt: Attempt, chance: Random) -> None:
    attempt.headers["Host"] = chance.choice(HOSTS)


def send_cookies(attempt: Attempt, chance: Random) -> None:
    """Hostile cookies. Within quotes, a cookie may name any byte by its octal number, NUL too."""
    for name in chance.sample(COOKIES, chance.choice([1, 1, 2, 4])):
        value = a_value(chance, attempt.cookies.get(name, b"a" * 32))
        escaped = b'"%s"' % b"".join(b"\\%03o" % byte for byte in value[:300])
        attempt.cookies[name] = chance.choice([value, escaped, b'"%s\\000"' % attempt.cookies.get(name, b"a" * 32)])


def forget_the_token(attempt: Attempt, chance: Random) -> None:
    """Without the form's token, or with one of another shop, and perhaps without the browser's word for it."""
    attempt.fields = [pair for pair in attempt.fields if pair[0] != b"csrfmiddlewaretoken"]
    if chance.random() < 0.3:
        attempt.fields.append((b"csrfmiddlewaretoken", a_value(chance, b"b" * 64)))
    if chance.random() < 0.5:
        attempt.headers.pop("Sec-Fetch-Site", None)


def forget_the_cookies(attempt: Attempt, chance: Random) -> None:
    name = chance.choice(["cart", "csrftoken"])
    attempt.cookies = {} if chance.random() < 0.5 else {k: v for k, v in attempt.cookies.items() if k != name}


def send_an_address(attempt: Attempt, chance: Random) -> None:
    """Where to go next, under every name that somebody may have used for it."""
    for name in chance.sample([b"next", b"return_url", b"url", b"redirect", b"to"], 2):
        pair = (name, chance.choice(ADDRESSES))
        attempt.query.append(pair)
        if attempt.fields:
            attempt.fields = [*(field for field in attempt.fields if field[0] != name), pair]


def tricks_for(attempt: Attempt) -> dict:
    """The tricks that have something to change in this attempt, with their weights."""
    tricks = {
        add_unknown_names: 4, send_raw_query: 6, bend_path: 5, send_another_method: 6, say_another_charset: 6, send_json: 2,
        say_another_content_type: 4, attach_files: 3, break_the_parts: 4, send_too_much: 1, lie_about_length: 2,
        send_headers: 12,
        send_another_host: 3, send_cookies: 10, forget_the_cookies: 3, send_an_address: 4,
    }  # fmt: skip
    if attempt.query or attempt.fields:
        tricks |= {replace_values: 60, repeat_keys: 8, leave_keys_out: 6, nest_names: 6}
    if attempt.parameters:
        tricks[replace_parameter] = 20
    if attempt.fields:
        tricks[forget_the_token] = 8
    return tricks


def spoil(attempt: Attempt, chance: Random) -> Attempt:
    """Play one to three tricks on a good request."""
    for _ in range(chance.choices([1, 2, 3], [6, 3, 1])[0]):
        tricks = tricks_for(attempt)
        trick = chance.choices(list(tricks), tricks.values())[0]
        trick(attempt, chance)
        attempt.tricks.append(trick.__name__)
    return attempt
