"""Hostile values, made by chance from kinds and shapes: the same seed gives the same values."""

from random import Random

#: Marks that must never come back unescaped: as an element, out of an attribute, as a script's address, evaluated.
ELEMENT = b"<fuzz-canary"
ATTRIBUTES = (b'" fuzz-canary="', b"' fuzz-canary='")
SCRIPT_ADDRESS = b"javascript:fuzzCanary"
EVALUATED = b"60481729"  # 7777 × 7777, if a template language looks at what people type
HEADER = b"Fuzz-Canary"
#: A host that no answer may send people to.
ELSEWHERE = b"fuzz-elsewhere.example"

NULS = [b"\0", b"\0\0\0", b"a\0b", b"%00", b"%2500", b"\\0", b"\\x00", b"\xc0\x80"]
NUMBERS = [
    b"0", b"-1", b"1", b"99", b"100", b"2147483648", b"9223372036854775807", b"9223372036854775808",
    b"-9223372036854775809",
    b"1" + b"0" * 30, b"1e309", b"-1e309", b"1e-400", b"NaN", b"Infinity", b"1_000", b"0x10", b"1.0", b"1,5", b" 7 ", b"+7",
    b"9" * 4301, b"007", b"--1", "٧".encode(), "７".encode(), "१२".encode(), "²".encode(), "Ⅷ".encode(),
    "−3".encode(), b"1\xc2\xa0000",
]  # fmt: skip
UNICODE = [
    b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xed\xa0\xbd\xed\xb8\x80",  # surrogates as bytes, alone and as a pair
    b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xf8\x88\x80\x80\x80",  # overlong
    b"\xff\xfe\x00\x41", b"\xfe\xff", b"\x80", b"\xf4\x90\x80\x80", b"\xe2\x82",  # other encodings, beyond, cut short
    b"\xef\xbb\xbf", "\ufffe".encode(), "\uffff".encode(), "\U0010ffff".encode(), "\ufdd0".encode(),
    "\u202eabc\u202c".encode(), "\u2066\u2067\u2069".encode(), "\u200b\u200d\u200e\u2060".encode(), "\xad".encode(),
    ("a" + "\u0301" * 300).encode(), "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢".encode(), "İıſKß".encode(), "ﬃ".encode(),
    "ﷺ".encode() * 40,
    "👩‍👩‍👧‍👦🏳️‍🌈🇲🇦".encode(), "٠٦١٢٣٤٥٦٧٨".encode(), "０６１２３４".encode(), "ＬＩＭＩＴ".encode(),
    "ⵜⵡⵉⵣⴰ".encode(), "عسل الزعتر".encode(),
    "\u2028\u2029\u0085".encode(), "\u115f\u3164\uffa0".encode(), "\x1b[31m\x07\x08\x7f\x9f".encode(),
    b"\x01\x02\x0b\x0c\x1f",
    "ΐ".encode() * 20, "ᾳ".encode(), "ǰ".encode(), "\U000e0041".encode(), "\ue000".encode(),
]  # fmt: skip
MARKUP = [
    ELEMENT + b">", b"<script>alert(1)</script>" + ELEMENT + b">", b'">' + ELEMENT + b">", b"'>" + ELEMENT + b">",
    *ATTRIBUTES,
    b"</title>" + ELEMENT + b">", b"</textarea>" + ELEMENT + b">", b"<!--" + ELEMENT + b"-->",
    b"<![CDATA[" + ELEMENT + b"]]>",
    b"+ADw-fuzz-canary+AD4-", "＜fuzz-canary＞".encode(), b"\xc0\xbcfuzz-canary>", b"&lt;fuzz-canary&gt;",
    b"&#60;fuzz-canary>",
    SCRIPT_ADDRESS + b"()", b" \x01" + SCRIPT_ADDRESS, b"jAvAsCrIpT&colon;fuzzCanary", b"data:text/html," + ELEMENT + b">",
    b"<svg/onload=x>" + ELEMENT + b" ", b"<a href=" + SCRIPT_ADDRESS + b">",
]  # fmt: skip
TEMPLATES = [
    b"{% widthratio 7777 1 7777 %}", b"{{7777*7777}}", b"${7777*7777}", b"#{7777*7777}", b"<%= 7777*7777 %>",
    b"{% debug %}", b"{% load x %}",
    b"{{ settings.SECRET_KEY }}", b"{0.__class__}", b"%(name)s%s%n%d", b"{name}", b"%", b"%%%", b"{% csrf_token %}",
    b"$(id)", b"`id`",
    b"${jndi:ldap://" + ELSEWHERE + b"/a}",
]  # fmt: skip
QUERIES = [
    b"' OR '1'='1", b"'; DROP TABLE store_order; --", b"1 OR 1=1", b"1) OR (1=1",
    b"' UNION ALL SELECT null,version() --", b"\\'", b"'\"`;",
    b"' AND pg_sleep(5) --", b"1;select pg_sleep(5)", b"$$;$$", b"/**/", b"%' ESCAPE '!", b"_%_%", b"\\", b"\\\\%",
    b"[$ne]", b"||'a'||",
    b"name; --", b"-listed_at", b"?", b"pk__in", b"password__startswith",
]  # fmt: skip
LINES = [
    b"a\r\n" + HEADER + b": 1", b"a\n" + HEADER + b": 1", b"\r\n\r\n" + ELEMENT + b">", b"%0d%0a" + HEADER + b":1",
    "a\u560d\u560a".encode() + HEADER + b":1", b"\r", b"\n\n\n", b"\t", b"a@b.example\nBcc: c@d.example",
    b"=?utf-8?q?=0ABcc:x?=",
]  # fmt: skip
PATHS = [
    b"../../../../etc/passwd", b"..%2f..%2fetc%2fpasswd", b"..\\..\\windows\\win.ini", b"/etc/passwd", b"....//",
    b"%2e%2e/", b".", b"..", b"/",
    b"//", b"./", b"~", b"C:\\", b"file:///etc/passwd", b"a/b", b"CON", b".git/config", b"%", b"%zz", b"%e0%80",
    b";a=b", b"?a=b", b"#a",
]  # fmt: skip
ADDRESSES = [
    b"//" + ELSEWHERE, b"/\\" + ELSEWHERE, b"\\\\" + ELSEWHERE, b"https://" + ELSEWHERE + b"/", b"https:" + ELSEWHERE,
    b"///" + ELSEWHERE,
    b"http://testserver@" + ELSEWHERE, b"http://testserver." + ELSEWHERE, b" //" + ELSEWHERE, b"\t//" + ELSEWHERE,
    b"/\t/" + ELSEWHERE,
    b"http:///" + ELSEWHERE, b"https://" + ELSEWHERE + b"#testserver", b"http://[::1", b"http://[x]:99999",
    b"ftp://testserver",
    b"/%2f" + ELSEWHERE, b"/%5c" + ELSEWHERE, b"http://testserver:a/", b"data:,", b"/fr/../" + ELSEWHERE, SCRIPT_ADDRESS,
]  # fmt: skip
WORDS = [
    b"", b" ", b"null", b"None", b"undefined", b"true", b"false", b"on", b"[]", b"{}", b'{"a": 1}', b"fr", b"zgh",
    b"miel", b"1,2,3", b"a@b.co",
    b"0612345678", b"+212612345678;ext=1", b"+33612345678", b"2026-02-30", b"99999-01-01", b"courier", b"canceled",
    b"update", b"admin", b"=1+1",
]  # fmt: skip
KINDS = [NULS, NUMBERS, UNICODE, MARKUP, TEMPLATES, QUERIES, LINES, PATHS, ADDRESSES, WORDS]

HUGE = 100_000


def a_value(chance: Random, valid: bytes = b"") -> bytes:
    """A hostile value; often one that begins, ends or looks like the valid one, so that it gets further."""
    shape = chance.choices(list(SHAPES), SHAPES.values())[0]
    return shape(chance, valid)


def an_atom(chance: Random) -> bytes:
    return chance.choice(chance.choice(KINDS))


def _alone(chance, valid):
    return an_atom(chance)


def _around(chance, valid):
    return chance.choice([valid + an_atom(chance), an_atom(chance) + valid, an_atom(chance) + valid + an_atom(chance)])


def _inside(chance, valid):
    place = chance.randint(0, len(valid))
    return valid[:place] + an_atom(chance) + valid[place:]


def _several(chance, valid):
    return chance.choice([b"", b" ", b",", b"\n"]).join(an_atom(chance) for _ in range(chance.randint(2, 6)))


def _repeated(chance, valid):
    return (an_atom(chance) or b"x") * chance.randint(2, 60)


def _damaged(chance, valid):
    """The valid value with one byte changed, cut off or doubled, in other digits or letters."""
    text = bytearray(valid or b"x")
    place = chance.randrange(len(text))
    damage = chance.randrange(6)
    if damage == 0:
        text[place] = chance.randrange(256)
    elif damage == 1:
        del text[place:]
    elif damage == 2:
        text *= 2
    elif damage == 3:
        return bytes(text).swapcase()
    elif damage == 4:
        return bytes(text).decode(errors="replace").translate(_ARABIC_DIGITS).encode()
    else:
        return "\u200b".join(bytes(text).decode(errors="replace")).encode()
    return bytes(text)


_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def _noise(chance, valid):
    return chance.randbytes(chance.choice([1, 2, 8, 40, 300]))


def _any_unicode(chance, valid):
    points = [chance.choice([0x7F, 0x7FF, 0xFFFF, 0x10FFFF]) for _ in range(chance.randint(1, 40))]
    return "".join(chr(chance.randint(0, most)) for most in points).encode(errors="surrogatepass")


def _huge(chance, valid):
    atom = chance.choice([an_atom(chance) or b"x", b"x", b"9", b"(", b"a ", b"\xcc\x81", "ﷺ".encode(), b"[", b"<"])
    return (atom * (HUGE // len(atom) + 1))[:HUGE]


SHAPES = {
    _alone: 30, _around: 20, _inside: 12, _several: 8, _repeated: 6, _damaged: 10, _noise: 5, _any_unicode: 6, _huge: 3,
}  # fmt: skip
