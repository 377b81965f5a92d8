"""The documents that say what the cooperative may sell: how each stands, and sending the next one."""

from dataclasses import dataclass, field

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.evidence import actions
from catalog.evidence.files import EvidenceFileField, handed_out
from catalog.evidence.models import Evidence, EvidenceKind
from catalog.members.models import CooperativeMember
from catalog.products.models import Product
from catalog.rules.needed import kinds_needed_by

from ..permissions import Deed, document_of, evidence_of, products_to_prove
from .door import for_members

METHODS = ("GET", "HEAD", "POST")
#: Documents of one cooperative that staff may have to look at, at a time.
MOST_WAITING = 30


@dataclass
class Papers:
    """The documents of one kind about one product, or about all: what matters today, and those before."""

    kind: EvidenceKind
    product: Product | None
    today: list[Evidence] = field(default_factory=list)
    before: list[Evidence] = field(default_factory=list)

    def add(self, document: Evidence) -> None:
        """The newest come first: what matters ends with the one that was accepted last."""
        is_settled = any(newer.outcome == Evidence.Outcome.ACCEPTED for newer in self.today)
        (self.before if is_settled else self.today).append(document)


@for_members(Deed.KEEP_EVIDENCE)
def documents(request, member: CooperativeMember):
    """Two queries, however many there are."""
    groups: dict[tuple, Papers] = {}
    for document in evidence_of(member):
        key = (document.kind, document.product_id)
        groups.setdefault(key, Papers(EvidenceKind(document.kind), document.product)).add(document)
    sent = {kind for kind, _product in groups}
    context = {
        "page": "more",
        "papers": sorted(groups.values(), key=lambda papers: list(EvidenceKind).index(papers.kind)),
        "needed": [kind for kind in kinds_needed_by(member.cooperative) if kind not in sent],
    }
    return render(request, "workspace/evidence.html", context)


def _day(**how) -> forms.DateField:
    return forms.DateField(required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **how)


class DocumentForm(forms.Form):
    """A document with what is written on it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=EvidenceKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say what it is.")},
    )
    product = forms.ModelChoiceField(
        Product.objects.none(),
        label=gettext_lazy("What it is about"),
        required=False,
        empty_label=gettext_lazy("All that we sell"),
    )
    number = forms.CharField(
        label=gettext_lazy("Its number"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "dir": "ltr"}),
        error_messages={"required": gettext_lazy("Write the number that stands on it.")},
    )
    file = EvidenceFileField()
    issued_on = _day(label=gettext_lazy("Issued on"))
    expires_on = _day(
        label=gettext_lazy("Its last day"), help_text=gettext_lazy("Empty for what is good without an end.")
    )

    def __init__(self, *args, member: CooperativeMember, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["product"].queryset = products_to_prove(member)

    def clean(self):
        answers = super().clean()
        issued, last = answers.get("issued_on"), answers.get("expires_on")
        if last and last < timezone.localdate():
            self.add_error("expires_on", _("This day is over: send the one that is good today."))
        elif issued and last and last < issued:
            self.add_error("expires_on", _("This is before it was issued."))
        if not self.errors:
            self._refuse_what_waits(answers)
        return answers

    def _refuse_what_waits(self, answers: dict) -> None:
        waiting = evidence_of(self.member).waiting()
        same = {name: answers[name] for name in ("kind", "product", "number", "expires_on")}
        if waiting.filter(**same).exists():
            self.add_error(None, _("This document was sent already. The federation looks at it."))
        elif waiting.count() >= MOST_WAITING:
            self.add_error(None, _("Many documents wait for the federation. Send this one when some were looked at."))


@for_members(Deed.KEEP_EVIDENCE, methods=METHODS)
def new_document(request, member: CooperativeMember):
    asked = {name: request.GET.get(name, "")[:20] for name in ("kind", "product")}
    is_sent = request.method == "POST"
    form = DocumentForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, member=member, initial=asked
    )
    if is_sent and form.is_valid():
        actions.send(member.cooperative, by=request.user, **form.cleaned_data)
        messages.success(request, _("The document was sent. The federation looks at it and says here what came of it."))
        return redirect("workspace_evidence", member.cooperative.slug)
    context = {"page": "more", "form": form}
    return render(request, "workspace/new_evidence.html", context, status=422 if form.errors else 200)


@for_members(Deed.KEEP_EVIDENCE)
def file(request, member: CooperativeMember, pk: int):
    document = document_of(member, pk)
    return handed_out(document.file, name=document.file_name)
