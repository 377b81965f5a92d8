"""The words of a product, in every language side by side."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.members.models import CooperativeMember
from catalog.products import drafts
from catalog.products.models import Product
from catalog.reviews.models import ReviewNote
from catalog.reviews.queries import SentBack, sent_back

from ..permissions import Deed, begun_on_shared_phone, product_of
from .door import for_members

#: Each text with the letters that it may have, and the lines of its field; one line is an input.
TEXTS = {"name": (120, 1), "summary": (160, 1), "description": (5000, 6), "composition": (2000, 3), "advice": (2000, 3)}
HELP = {
    "summary": gettext_lazy("One line under the name: what makes it good."),
    "description": gettext_lazy("How it is made, where, by whom, what it tastes or smells of. An empty line begins a paragraph."),
    "composition": gettext_lazy("All that is in it, allergens too."),
    "advice": gettext_lazy("How it is used and kept. No promise to cure: the law forbids it."),
}  # fmt: skip


#: Seconds that somebody on a shared telephone has to write: many texts take longer than a look at the orders.
HOURS_OF_WRITING = 3 * 3600


class TextsForm(forms.Form):
    """`seen` is the version that was read: who writes at the same time loses nothing."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, draft: Product, **kwargs):
        initial = {name: getattr(draft, name) or "" for name in drafts.WRITTEN} | {"seen": draft.latest_revision_id}
        super().__init__(*args, initial=initial, **kwargs)
        for text, (longest, lines) in TEXTS.items():
            for code, language in settings.LANGUAGES:
                now = len(getattr(draft, f"{text}_{code}") or "")  # staff may have written more
                self.fields[f"{text}_{code}"] = _input(language, code, max(longest, now), lines)
        self.fields["name_zgh"] = _input("ⵜⴰⵎⴰⵣⵉⵖⵜ", "zgh", 120, 1)
        self.fields["latin_name"] = _input(_("Botanical name"), "la", 120, 1)

    @property
    def words(self) -> dict[str, str]:
        """Lines end as in what is stored: a browser ends them in another way, and every text would seem changed."""
        return {name: self.cleaned_data[name].replace("\r\n", "\n") for name in drafts.WRITTEN}


#: Fields that stand by themselves, with the place and language of their notes.
_OTHERS = [("name_zgh", "name", "zgh"), ("latin_name", "latin_name", "fr")]


def _input(label: str, code: str, longest: int, lines: int) -> forms.CharField:
    attrs = {"lang": code, "dir": "rtl" if code == "ar" else "ltr"}
    widget = forms.TextInput(attrs) if lines == 1 else forms.Textarea({**attrs, "rows": lines})
    field = forms.CharField(label=label, max_length=longest, required=False, widget=widget)
    field.hides_optional = True
    return field


@dataclass(frozen=True)
class Shown:
    """A text in one language: its field, whether something is there, and what the reviewer said of it."""

    field: forms.BoundField
    notes: list[ReviewNote]

    @property
    def is_missing(self) -> bool:
        return not self.field.value()


@dataclass(frozen=True)
class Text:
    label: str
    help: str
    languages: list[Shown]


@for_members(Deed.WRITE_PRODUCTS, methods=("GET", "HEAD", "POST"))
def texts(request, member: CooperativeMember, pk: int):
    product = product_of(member, pk)
    draft, said = drafts.draft_of(product), sent_back(product)
    form = TextsForm(request.POST if request.method == "POST" else None, draft=draft)
    if request.method == "POST" and form.is_valid() and _kept(product, form, by=request.user):
        messages.success(request, _told(product))
        return redirect("workspace_product", member.cooperative.slug, product.pk)
    if begun_on_shared_phone(request):
        request.session.set_expiry(HOURS_OF_WRITING)
    context = {
        "page": "products",
        "product": product,
        "draft": draft,
        "other_names": [Shown(form[name], said.about(place, code) if said else []) for name, place, code in _OTHERS],
        "form": form,
        "texts": _shown(form, said),
        "in_review": product.workflow_in_progress,
    }
    return render(request, "workspace/texts.html", context, status=422 if form.errors else 200)


def _shown(form: TextsForm, said: SentBack | None) -> list[Text]:
    def one(text: str, code: str) -> Shown:
        return Shown(form[f"{text}_{code}"], said.about(text, code) if said else [])

    return [
        Text(
            capfirst(str(Product._meta.get_field(text).verbose_name)),
            str(HELP.get(text, "")),
            [one(text, code) for code, _name in settings.LANGUAGES],
        )
        for text in TEXTS
    ]


def _kept(product: Product, form: TextsForm, *, by) -> bool:
    """Whether the words are in the draft; if not, the form says why and keeps them."""
    words = form.words

    def how(draft: Product) -> None:
        for name, text in words.items():
            setattr(draft, name, text)

    try:
        drafts.change(product, how, by=by, seen=form.cleaned_data["seen"])
    except drafts.ChangedMeanwhile:
        product.refresh_from_db()
        form.add_error(
            None,
            _(
                "Somebody else changed it meanwhile. Your words are still here; sending them again puts them in place of theirs."
            ),
        )
        form.data = {**form.data.dict(), "seen": product.latest_revision_id}
        return False
    return True


def _told(product: Product) -> str:
    if product.workflow_in_progress:
        return _("Kept, and sent to the reviewer anew.")
    return _("Kept as a draft. Send it for review when it is ready.")
