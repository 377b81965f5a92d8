"""What goes with a parcel on paper: its label, and a slip with what is in it."""

from dataclasses import dataclass
from decimal import Decimal

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from catalog.members.models import CooperativeMember
from catalog.money import format_money, total
from catalog.stock.queries import kept_for

from ..documents.barcodes import bars_of
from ..documents.pdf import NoPdf, pdf_of
from ..orders.models import CooperativeOrder
from ..payments.qr import picture_of
from ..permissions import Deed, part_of, sees_buyer
from ..statuses import PartStatus, PaymentStatus
from .door import for_members

_P = PartStatus
#: When each paper can be had.
PAPERS = {
    "label": {_P.PACKED, _P.SHIPPED},
    "slip": {_P.CONFIRMED, _P.PACKED, _P.SHIPPED, _P.DELIVERED, _P.RETURNED},
}

#: A PDF is no page of ours, and a browser shows it in a frame with styles of its own.
PDF_POLICY = {"default-src": [NONE], "object-src": [SELF], "style-src": [UNSAFE_INLINE], "frame-ancestors": [SELF]}

#: What couriers read, in French and in Arabic whoever prints it.
ON_LABELS = {
    "sender": _("Sender"),
    "recipient": _("Recipient"),
    "to_collect": _("To collect"),
    "nothing": _("Nothing to collect"),
    "order": _("Order"),
    "to_fetch": pgettext_lazy("label", "Fetched by the buyer"),
    "for_us": _("For the cooperative"),
}


@dataclass(frozen=True)
class Words:
    """The same in both languages of the country."""

    fr: str
    ar: str


def paper(request, template: str, context: dict, *, name: str):
    """A paper as a PDF to look at and print; where this machine draws none, as a page that the browser prints."""
    try:
        drawn = pdf_of(render_to_string(template, context, request), stylesheet="papers.css")
    except NoPdf:
        return render(request, template, {**context, "is_page": True})
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response._csp_config = PDF_POLICY
    return response


def papers_of(part: CooperativeOrder) -> set[str]:
    """Which papers can be had of a part now."""
    return {name for name, statuses in PAPERS.items() if part.status in statuses}


def to_collect(part: CooperativeOrder) -> Decimal:
    """The cash that is due for a part at the door."""
    return total(payment.amount for payment in part.payments.all() if payment.status == PaymentStatus.EXPECTED)


@for_members(Deed.PACK)
def label(request, member: CooperativeMember, part_id: int):
    part = _part_with(member, part_id, "label")
    due, page = to_collect(part), reverse("workspace_part", args=[member.cooperative.slug, part.pk])
    with translation.override("fr"):
        amount = format_money(due)
    context = {
        "part": part,
        "words": {name: _both(words) for name, words in ON_LABELS.items()},
        "amount": amount if due else "",
        "size": _size_of(part.order),
        "bars": bars_of(part.order.number),
        "qr": picture_of(f"{settings.SITE_URL}{page}"),
    }
    return paper(request, "workspace/papers/label.html", context, name=f"etiquette-{part.order.number}")


@for_members(Deed.PACK)
def slip(request, member: CooperativeMember, part_id: int):
    part = _part_with(member, part_id, "slip")
    lines = list(part.lines.prefetch_related("lots__lot"))
    kept = kept_for(line.holder for line in lines)
    order = part.order
    with translation.override(order.language):
        word = {
            "language": order.language,
            "text": gettext(
                "Thank you for your order. The members of %(cooperative)s made what is in this parcel and packed it for you. "
                "If anything is not as it should be, call us."
            )
            % {"cooperative": part.cooperative.name},
        }
    context = {
        "part": part,
        "order": order,
        "lines": [(line, line.lots.all() or kept.get(line.holder, [])) for line in lines],
        "to_collect": to_collect(part),
        "shows_buyer": sees_buyer(part, now=timezone.now()),
        "word": word,
    }
    return paper(request, "workspace/papers/slip.html", context, name=f"colis-{order.number}")


def _part_with(member: CooperativeMember, part_id: int, paper: str) -> CooperativeOrder:
    part = part_of(member, part_id)
    if paper not in papers_of(part):
        raise Http404("there is no such paper of this part now")
    return part


def _both(words) -> Words:
    said = []
    for language in ("fr", "ar"):
        with translation.override(language):
            said.append(str(words))
    return Words(*said)


def _size_of(order) -> str:
    """How large the recipient is written: a label is as large as it is, whatever somebody typed."""
    letters = sum(map(len, (order.name, order.street, order.landmark, order.note)))
    return "large" if letters <= 130 else "medium" if letters <= 320 else "small"
