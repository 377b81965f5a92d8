"""The one frame of the local provider's pages: plain, without a script, as narrow as a telephone."""

from html import escape

from .texts import LANGUAGES, words

STYLE = """
*{box-sizing:border-box}
body{margin:0;background:#f3f5f7;color:#1d2733;font:17px/1.5 system-ui,"Noto Sans","Noto Sans Arabic",sans-serif}
.demo{margin:0;padding:.6rem 1rem;background:#ffe8a3;color:#4a3500;text-align:center;font-size:.9rem}
main{width:min(30rem,100% - 1rem);margin:1rem auto;padding:1.25rem;background:#fff;border:1px solid #d9dfe6;border-radius:.75rem}
h1{margin:0 0 .25rem;font-size:1.3rem;line-height:1.3}
.for{margin:0 0 1rem;color:#556270}
ul{margin:0 0 1.25rem;padding:0;list-style:none}
li{display:flex;justify-content:space-between;gap:1rem;padding:.4rem 0;border-bottom:1px solid #e6eaee}
li span:first-child{overflow-wrap:anywhere}
li bdi{white-space:nowrap;font-variant-numeric:tabular-nums}
li.total{border:0;font-weight:700;font-size:1.1rem}
fieldset{margin:0 0 1rem;padding:0;border:0}
legend{padding:0;margin-bottom:.4rem;font-weight:600}
.card{display:flex;align-items:center;gap:.7rem;min-height:3.2rem;padding:.4rem .75rem;border:1px solid #c3ccd5}
.card:first-of-type{border-radius:.5rem .5rem 0 0}.card:last-of-type{border-radius:0 0 .5rem .5rem}
.card+.card{border-top:0}.card:has(:checked){background:#eaf2fb}
.card input{width:1.2rem;height:1.2rem;margin:0;flex:none;accent-color:#14548f}
.card bdi{display:block;font-variant-numeric:tabular-nums}.card small{display:block;color:#556270}
.number{display:block;margin-bottom:1.25rem;font-weight:600}
.number input{display:block;width:100%;margin-top:.3rem;padding:.65rem .75rem;border:1px solid #7d8996;border-radius:.5rem;
 font:inherit;direction:ltr;text-align:start}
button{display:block;width:100%;min-height:3rem;margin:.6rem 0;padding:.6rem 1rem;border:2px solid #14548f;
 border-radius:.5rem;background:#14548f;color:#fff;font:inherit;font-weight:600;cursor:pointer}
button.quiet{background:#fff;color:#14548f}
.links{margin:1rem 0 0;text-align:center}a{color:#14548f}
.error{margin:.75rem 0 1rem;padding:.7rem .9rem;border:1px solid #b3261e;border-radius:.5rem;background:#fdecea;color:#7d140e}
.good{margin:.75rem 0 1rem;padding:.7rem .9rem;border:1px solid #2b7a3d;border-radius:.5rem;background:#e9f6ec;color:#1a5328}
nav{margin:1rem 0 2rem;text-align:center;font-size:.9rem}nav a{display:inline-block;padding:.5rem .6rem}
:focus-visible{outline:3px solid #f0a202;outline-offset:2px}
"""


def page(language: str, title: str, body: str, *, switch: str = "") -> str:
    """`switch` is the address that shows the same page in another language, up to its code."""
    languages = "".join(
        f'<a href="{escape(switch)}{code}" lang="{code}">{name}</a>'
        for code, name in LANGUAGES.items()
        if switch and code != language
    )
    return f"""<!doctype html>
<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>{escape(title)}</title><link rel="icon" href="data:,"><style>{STYLE}</style>
</head>
<body>
<p class="demo">{words(language)["demo"]}</p>
<main><h1>{escape(title)}</h1>
{body}</main>
{f"<nav>{languages}</nav>" if languages else ""}
</body>
</html>
"""


def note(text: str, kind: str = "error") -> str:
    return f'<p class="{kind}" role="{"alert" if kind == "error" else "status"}">{escape(text)}</p>' if text else ""


def link(address: str | None, text: str) -> str:
    return f'<p class="links"><a href="{escape(address)}">{escape(text)}</a></p>' if address else ""


def line(name: str, amount: str, kind: str = "") -> str:
    start = f'<li class="{kind}">' if kind else "<li>"
    return f"{start}<span>{escape(name)}</span> <bdi>{escape(amount)}</bdi></li>"


def button(name: str, value: str, text: str, kind: str = "") -> str:
    return f'<button name="{name}" value="{value}"{f" class={kind}" if kind else ""}>{escape(text)}</button>'


def hidden(fields: dict[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()
    )
