"""Writes into every field of a form of the admin, found from the form itself: a field of an unknown kind is an error."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from django import forms
from django.forms.formsets import BaseFormSet
from phonenumber_field.formfields import PhoneNumberField
from taggit.forms import TagField
from wagtail import blocks
from wagtail.admin.rich_text import DraftailRichTextArea
from wagtail.blocks.base import BlockField

from store.checkout.forms import CommuneField

#: Characters that a text may have where its field has no limit.
ROOM = 640
#: Kinds of fields that hold no text of an editor: what stands there stays.
NO_TEXT = (
    forms.ChoiceField, forms.ModelChoiceField, forms.ModelMultipleChoiceField, forms.BooleanField, forms.NullBooleanField,
    forms.DateField, forms.DateTimeField, forms.TimeField, forms.IntegerField, forms.DecimalField, forms.FloatField,
    forms.FileField, forms.SlugField, forms.UUIDField, PhoneNumberField, CommuneField,
)  # fmt: skip


def safe(kind: forms.Field) -> str:
    """What is written where a hostile text was refused and something has to stand."""
    if isinstance(kind, forms.URLField):
        return "https://example.org/"
    return "salma@example.org" if isinstance(kind, forms.EmailField) else "Salma"


class UnknownKind(AssertionError):
    """A kind of field or block that the campaign does not know how to write into: teach it (tests/hostile/writing.py)."""


@cache
def packs(texts: tuple[str, ...], room: int) -> list[str]:
    """All of the texts that fit into a field, several in one value; NUL, which fields refuse, by itself."""
    found: list[str] = []
    for text in sorted((text for text in texts if len(text) <= room), key=len, reverse=True):
        with_room = (at for at, pack in enumerate(found) if "\0" not in pack + text and len(pack) + len(text) < room)
        if (at := next(with_room, None)) is None:
            found.append(text)
        else:
            found[at] += f" {text}"
    return found


@dataclass
class Pen:
    """What is put into each field: one pack of the texts that fit there after the other, and again from the first."""

    texts: tuple[str, ...]
    links: tuple[str, ...]
    #: How many of each kind of block a stream gets, each with the next texts: blocks have little room.
    copies: int = 1
    #: Leave streams empty, because blocks name rows that are not there yet.
    is_brief: bool = False
    #: Field → how many packs it takes until each text that fits has stood in it; how many it has had.
    packs: dict[str, int] = field(default_factory=dict)
    written: Counter[str] = field(default_factory=Counter)
    #: Names of inputs whose text was refused.
    refused: set[str] = field(default_factory=set)
    #: Texts that were written, each counted in each field.
    count: int = 0

    def text(self, name: str, room: int | None = None) -> str:
        return self._next(name, packs(self.texts, min(room or ROOM, ROOM)))

    def link(self, name: str) -> str:
        return self._next(name, list(self.links))

    def email(self, name: str, room: int | None) -> str:
        """An address may have almost any text before its @, within quotes."""
        fitting = packs(tuple(text for text in self.texts if not set(text) & set('"\\')), min(room or ROOM, 64) - 2)
        return f'"{self._next(name, fitting)}"@example.org'

    def _next(self, name: str, fitting: list[str]) -> str:
        self.packs[name] = len(fitting)
        chosen = fitting[self.written[name] % len(fitting)]
        self.written[name] += 1
        self.count += sum(text in chosen for text in {*self.texts, *self.links})
        return chosen

    def rich_text(self, name: str) -> str:
        """What the editor's browser would send, with links, pictures, styles and kinds of blocks that it never offers."""
        text, link = self.text(name), self.link(f"{name} (links)")
        entities = [
            {"type": "LINK", "mutability": "MUTABLE", "data": {"url": link}},
            {"type": "LINK", "mutability": "MUTABLE", "data": {"id": text, "url": link, "parentId": text}},
            {"type": "DOCUMENT", "mutability": "MUTABLE", "data": {"id": text, "url": link, "filename": text}},
            {"type": "IMAGE", "mutability": "IMMUTABLE", "data": {"id": 1, "src": link, "alt": text, "format": text}},
            {"type": "EMBED", "mutability": "IMMUTABLE", "data": {"url": link, "html": text, "embedType": text}},
            {"type": text, "mutability": "MUTABLE", "data": {"url": link, "onclick": text}},
        ]
        kinds = ["unstyled", "header-two", "unordered-list-item", "atomic", "atomic", text]
        return json.dumps({
            "blocks": [
                {
                    "key": f"k{number}", "type": kind, "depth": 0, "text": text if kind != "atomic" else " ",
                    "inlineStyleRanges": [
                        {"offset": 0, "length": 3, "style": "BOLD"}, {"offset": 0, "length": 3, "style": text},
                    ],
                    "entityRanges": [{"offset": 0, "length": 1 if kind == "atomic" else len(text), "key": number}],
                    "data": {"onclick": text},
                }
                for number, kind in enumerate(kinds)
            ],
            "entityMap": {str(number): entity for number, entity in enumerate(entities)},
        })  # fmt: skip


# -- Forms ------------------------------------------------------------------------------------------------------------


def write(client, address: str, pen: Pen, *, before: Callable | None = None, **fixed) -> object:
    """Fill in the form that lies at an address and send it; texts that are refused are sent again without. The answer.

    `before` may say more to send, once it has seen the answers.
    """
    shown, answers = filled_in(client, address, pen)
    answers |= fixed
    for _attempt in range(4):
        answer = post(client, address, {**answers, **(before(client, address, answers) if before else {})})
        assert answer.status_code < 400 or answer.status_code == 422, (address, answer.status_code)
        if answer.status_code in (302, 303):
            return answer
        again = answer.context["form"]
        faults = _faults(again)
        assert faults, (address, "refused without a word", again.errors)
        for name, kind in faults.items():
            pen.refused.add(f"{type(again).__name__}.{name}")
            # Refused when empty too: another field asks for it, as delivery asks for a street.
            is_needed = kind.required or answers.get(name) == ""
            answers[name] = shown.get(name) or (safe(kind) if is_needed else "")
    raise AssertionError(
        f"{address} refuses: {again.errors} {[f.errors for f in getattr(again, 'formsets', {}).values()]}"
    )


def filled_in(client, address: str, pen: Pen) -> tuple[dict, dict]:
    """What stands in the form that lies at an address, and the same with every text written anew."""
    page = client.get(address)
    assert page.status_code == 200, (address, page.status_code)
    form = page.context["form"]
    shown = _shown(page.content.decode(), form)
    return shown, {**shown, **_filled(form, pen)}


def post(client, address: str, answers: dict):
    """Send a form as browsers do; unlike Django's own client, with bytes that are no UTF-8 too."""
    body = urlencode(answers, doseq=True, errors="surrogateescape")
    return client.post(address, body, content_type="application/x-www-form-urlencoded")


def _shown(html: str, form) -> dict[str, str]:
    """What stands in the inputs of the page."""
    soup = BeautifulSoup(html, "html.parser")
    named = next(filter(None, (soup.find(attrs={"name": bound.html_name}) for bound in form)))
    found: dict[str, str] = {}
    for element in named.find_parent("form").find_all(["input", "textarea", "select"]):
        name, kind = element.get("name"), element.get("type")
        if (
            not name
            or kind in ("submit", "file")
            or (kind in ("checkbox", "radio") and not element.has_attr("checked"))
        ):
            continue
        if element.name == "select":
            chosen = element.find("option", selected=True) or element.find("option")
            found[name] = chosen.get("value", "") if chosen else ""
        else:
            nothing = "on" if kind == "checkbox" else ""
            found[name] = (
                element.get("value", nothing) if element.name == "input" else element.get_text().removeprefix("\n")
            )
    found.pop("csrfmiddlewaretoken", None)
    return found


def _filled(form, pen: Pen) -> dict[str, str]:
    found: dict[str, str] = {}
    for bound in form:
        found.update(_field(bound, pen, f"{type(form).__name__}.{bound.name}"))
    for name, formset in getattr(form, "formsets", {}).items():
        found.update(_formset(name, formset, pen))
    return found


def _formset(name: str, formset: BaseFormSet, pen: Pen) -> dict[str, str]:
    """Every row that is there; where there is none, a new one."""
    rows = list(formset.forms)
    found: dict[str, str] = {}
    if not rows:
        rows = [formset.empty_form]
        found[f"{formset.prefix}-TOTAL_FORMS"] = "1"
    for row in rows:
        for bound in row:
            if bound.name not in ("id", "ORDER", "DELETE", getattr(formset.fk, "name", None)):
                found.update(_field(bound, pen, f"{name}.{bound.name}"))
    found = {key.replace("__prefix__", "0"): value for key, value in found.items()}
    if name == "comments":
        found[f"{formset.prefix}-0-contentpath"], found[f"{formset.prefix}-0-position"] = "title", ""
    return found


def _field(bound, pen: Pen, name: str) -> dict[str, str]:
    """The answers to one field; none where what is shown should stay."""
    kind, key = bound.field, bound.html_name
    room = getattr(kind, "max_length", None)
    if bound.is_hidden or kind.disabled or isinstance(kind.widget, forms.PasswordInput):
        return {}
    if isinstance(kind, BlockField):
        return block_answers(kind.block, key, pen, name)
    if isinstance(kind.widget, DraftailRichTextArea):
        return {key: pen.rich_text(name)}
    if isinstance(kind, forms.URLField):
        return {key: pen.link(name)}
    if isinstance(kind, forms.EmailField):
        return {key: pen.email(name, room)}
    if isinstance(kind, NO_TEXT):
        return _needed(bound)
    if isinstance(kind, forms.CharField | TagField):
        return {key: pen.text(name, room)}
    raise UnknownKind(f"{name}: {type(kind).__name__}")


def _needed(bound) -> dict[str, str]:
    """Something for a field without text that has to be filled in and is empty."""
    kind = bound.field
    if bound.value() not in (None, "") or not kind.required:
        return {}
    if isinstance(kind, forms.ModelChoiceField):
        return {bound.html_name: str(kind.queryset.values_list("pk", flat=True).first() or "")}
    if isinstance(kind, forms.ChoiceField):
        return {bound.html_name: str(next(value for value, _ in kind.choices if value))}
    if isinstance(kind, forms.SlugField):
        return {bound.html_name: f"x{abs(hash(bound.form.__class__)) % 10**8}"}
    if isinstance(kind, forms.IntegerField | forms.DecimalField):
        return {bound.html_name: "7"}
    if isinstance(kind, forms.DateField):
        return {bound.html_name: "2026-11-25"}
    return {}


# -- Blocks -----------------------------------------------------------------------------------------------------------


def block_answers(block, key: str, pen: Pen, name: str) -> dict[str, str]:
    """The answers of a block and of everything in it: one of each kind that a stream may hold."""
    if isinstance(block, blocks.StreamBlock):
        kinds = {} if pen.is_brief else block.child_blocks
        most = {kind: count.get("max_num") or pen.copies for kind, count in block.meta.block_counts.items()}
        copies = [
            (child, kind) for kind, child in kinds.items() for _ in range(min(pen.copies, most.get(kind, pen.copies)))
        ]
        return _rows(key, copies, pen, name)
    if isinstance(block, blocks.ListBlock):
        return _rows(key, [(block.child_block, "")] * max(1, block.meta.min_num or 0), pen, name)
    if isinstance(block, blocks.StructBlock):
        found: dict[str, str] = {}
        for child_name, child in block.child_blocks.items():
            found.update(block_answers(child, f"{key}-{child_name}", pen, f"{name}.{child_name}"))
        return found
    return {} if isinstance(block, blocks.StaticBlock) else {key: _leaf(block, pen, name)}


def _rows(key: str, children: list, pen: Pen, name: str) -> dict[str, str]:
    found = {f"{key}-count": str(len(children))}
    for at, (child, child_name) in enumerate(children):
        found |= {f"{key}-{at}-{part}": value for part, value in {"order": str(at), "deleted": "", "id": ""}.items()}
        if child_name:
            found[f"{key}-{at}-type"] = child_name
        found |= block_answers(child, f"{key}-{at}-value", pen, f"{name}.{child_name}".rstrip("."))
    return found


def _leaf(block, pen: Pen, name: str) -> str:
    room = getattr(getattr(block, "field", None), "max_length", None)
    if isinstance(block, blocks.RichTextBlock):
        return pen.rich_text(name)
    if isinstance(block, blocks.ChooserBlock):
        if not block.required:
            return ""  # some exclude each other
        return str(block.model_class.objects.values_list("pk", flat=True).first() or "")
    if isinstance(block, blocks.URLBlock | blocks.EmailBlock):
        typed = pen.link(name) if isinstance(block, blocks.URLBlock) else pen.email(name, room)
        return typed if _is_accepted(block, typed) else safe(block.field)
    if isinstance(block, blocks.CharBlock | blocks.TextBlock):
        text = pen.text(name, room)
        return text if _is_accepted(block, text) else "x"
    if isinstance(block, blocks.BooleanBlock):
        return "on"
    if isinstance(block, blocks.ChoiceBlock):
        return str(next(value for value, _ in block.field.choices if value))
    if isinstance(block, blocks.DateBlock):
        return "2026-11-25"
    if isinstance(block, blocks.IntegerBlock | blocks.DecimalBlock | blocks.FloatBlock):
        return "7"
    raise UnknownKind(f"{name}: {type(block).__name__}")


def _is_accepted(block, value: str) -> bool:
    try:
        block.clean(value)
    except forms.ValidationError:
        return False
    return True


def _faults(form) -> dict[str, forms.Field]:
    """Names of the inputs whose text was refused, with their fields."""
    rows = [form, *(row for formset in getattr(form, "formsets", {}).values() for row in formset.forms)]
    return {row[name].html_name: row.fields[name] for row in rows for name in row.errors if name in row.fields}
