"""The mails of the shop: which there are, and what each is made of.

A new mail is a line in `KINDS`, its three templates in `templates/emails/` (`_subject.txt`, `.txt`, `.html`), and an
`outbox.write` in the flow that it tells about.
"""

import css_inline
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Revision, TaskState

from catalog.evidence.models import Evidence
from catalog.members.models import Invitation
from catalog.products.models import Product
from catalog.reviews.models import ReviewNote
from catalog.rules.lapse import off_sale_on, sales_needing

from ..applications.models import Application
from ..contact.models import ContactMessage
from ..orders.derived import order_status
from ..orders.models import CooperativeOrder, Order
from ..orders.queries import with_parts
from ..outbox.actions import Mail
from ..outbox.models import OutboxMessage
from ..payments.bank import StatementLine, TaskKind
from ..payments.cards import CardRefund, PaymentAttempt
from ..payments.methods import CARDS
from ..refunds.models import Refund, RefundWay, ReturnRequest
from ..statuses import RefundStatus
from .card import card_of
from .cards.queue import goes_back_to_card
from .change_method import whole_payment
from .give_back import money_of
from .receipt import receipt_of
from .tasks import deliver_mails
from .transfer import transfer_of

ORDER_RECEIVED = "order_received"
ORDER_FOR_STAFF = "order_for_staff"
PART_TO_CONFIRM = "part_to_confirm"
PART_TO_PREPARE = "part_to_prepare"
TRANSFER_RECEIVED = "transfer_received"
CARD_PAID = "card_paid"
CARD_REFUNDED = "card_refunded"
CARD_REFUND_FAILED = "card_refund_failed"
PART_CANCELED = "part_canceled"
PART_SHORT = "part_short"
PART_CANCELED_FOR_COOPERATIVE = "part_canceled_for_cooperative"
MESSAGE_FOR_SHOP = "message_for_shop"
MESSAGE_RECEIVED = "message_received"
RETURN_ASKED = "return_asked"
RETURN_FOR_STAFF = "return_for_staff"
RETURN_ACCEPTED = "return_accepted"
RETURN_REFUSED = "return_refused"
RETURN_RECEIVED = "return_received"
REFUND_PAID = "refund_paid"
REFUND_REFUSED = "refund_refused"
REVIEW_SUBMITTED = "review_submitted"
REVIEW_APPROVED = "review_approved"
REVIEW_REJECTED = "review_rejected"
PUBLICATION_FAILED = "publication_failed"
MEMBER_INVITED = "member_invited"
EVIDENCE_ENDS = "evidence_ends"
APPLICATION_RECEIVED = "application_received"
APPLICATION_REFUSED = "application_refused"


def _order_context(order_id: int) -> dict:
    order = with_parts(Order.objects).get(pk=order_id)
    parts = list(order.parts.all())
    status = order_status(part.status for part in parts)
    receipt = receipt_of(order, parts)
    told = {"order": order, "parts": parts, "status": status, "receipt": receipt}
    return {**told, **_paid_how(order), **_addresses(order)}


def _paid_how(order: Order) -> dict:
    """How the order is paid in advance, if it is."""
    transfer, card = transfer_of(order), card_of(order)
    return {"transfer": transfer, "card": card, "in_advance": transfer or card}


def _part_context(part_id: int) -> dict:
    part = (
        CooperativeOrder.objects.select_related(
            "cooperative", "order__commune__province", "order__voucher_use__voucher"
        )
        .prefetch_related("lines")
        .get(pk=part_id)
    )
    told = {"order": part.order, "part": part, "parts": [part], "cooperative": part.cooperative}
    return {**told, **_paid_how(part.order), **_addresses(part.order)}


def _short_context(part_id: int) -> dict:
    """What is missing is owed back where the part was paid in advance."""
    return {**_part_context(part_id), "owed": money_of(CooperativeOrder(pk=part_id)).owed}


def _line_context(line_id: int) -> dict:
    """Money that came for an order: what it pays, what is missing and what is given back."""
    line = StatementLine.objects.select_related("payment__order").get(pk=line_id)
    order = line.payment.order if line.payment else None
    if order is None:
        raise ValueError(f"line {line_id} is matched with no order")
    task = line.tasks.filter(done_at=None).exclude(kind=TaskKind.UNKNOWN_REFERENCE).first()
    transfer = transfer_of(order)
    is_too_little = bool(task and task.kind == TaskKind.TOO_LITTLE)
    return {
        "order": order,
        "amount": line.amount,
        "transfer": transfer,
        "rest": transfer.rest if transfer and is_too_little else None,
        "given_back": task.amount if task and not is_too_little else None,
        **_addresses(order),
    }


def _attempt_context(attempt_id: int) -> dict:
    """Money that came by card: what it pays, and what of it goes back."""
    attempt = PaymentAttempt.objects.select_related("payment").get(pk=attempt_id)
    told = _order_context(attempt.payment.order_id)
    surplus = attempt.tasks.exclude(kind__in=(TaskKind.HELD, TaskKind.DISPUTE, TaskKind.TAKEN_BACK)).first()
    return {**told, "attempt": attempt, "amount": attempt.amount, "given_back": surplus.amount if surplus else None}


def _card_refund_context(card_refund_id: int) -> dict:
    card_refund = CardRefund.objects.select_related("attempt__payment__order").get(pk=card_refund_id)
    order = card_refund.attempt.payment.order
    return {"order": order, "amount": card_refund.amount, **_addresses(order)}


def _addresses(order: Order) -> dict:
    return {
        "pay_url": settings.SITE_URL + reverse("order_pay", args=[order.token]),
        "order_url": settings.SITE_URL + reverse("order", args=[order.token]),
        "refund_url": settings.SITE_URL + reverse("order_refund", args=[order.token]),
        "terms_url": settings.SITE_URL + reverse("order_terms", args=[order.token]),
        "withdrawal_url": settings.SITE_URL + reverse("withdrawal_form"),
    }


def _return_context(request_id: int) -> dict:
    request = ReturnRequest.objects.select_related("part__cooperative", "part__order").get(pk=request_id)
    part = request.part
    return {
        "request": request,
        "lines": list(request.lines.select_related("line")),
        "part": part,
        "order": part.order,
        "cooperative": part.cooperative,
        "owed": money_of(part).refundable,
        "goes_to_card": goes_back_to_card(whole_payment(part.order), part.refunds.all()),
        "return_url": settings.SITE_URL + reverse("returns:inspect", args=[request.pk]),
        **_addresses(part.order),
    }


def _refund_context(refund_id: int) -> dict:
    refund = Refund.objects.select_related("part__cooperative", "part__order", "payment").get(pk=refund_id)
    part = refund.part
    why = refund.status_changes.filter(now=RefundStatus.REFUSED).values_list("because", flat=True).first() or ""
    told = {"refund": refund, "why": why, "part": part, "order": part.order, "cooperative": part.cooperative}
    is_by_card = refund.way == RefundWay.ORIGINAL and refund.payment.method in CARDS
    goes_to_card = goes_back_to_card(refund.payment, part.refunds.all())
    return {**told, "is_by_card": is_by_card, "goes_to_card": goes_to_card, **_addresses(part.order)}


def _message_context(message_id: int) -> dict:
    message = ContactMessage.objects.get(pk=message_id)
    address = settings.SITE_URL + reverse("contact-messages:inspect", args=[message.pk])
    return {"message": message, "message_url": address}


def _message_for_shop(message_id: int) -> dict:
    """Whoever answers this mail writes to the person who sent the message."""
    context = _message_context(message_id)
    return {**context, "reply_to": context["message"].email}


def _review_context(task_state_id: int) -> dict:
    """A step of a review: of what, asked by whom, decided by whom, with which words."""
    state = TaskState.objects.select_related("workflow_state__requested_by", "finished_by", "revision").get(
        pk=task_state_id
    )
    about = state.workflow_state.content_object
    return {
        "title": str(about),
        "kind_of_text": about._meta.verbose_name,
        "asked_by": _name_of(state.workflow_state.requested_by),
        "decided_by": _name_of(state.finished_by),
        "comment": state.comment,
        "comes_out_at": state.revision.approved_go_live_at,
        "edit_url": settings.SITE_URL + _page_of(about),
    }


def _page_of(about) -> str:
    """Where it is edited in the admin; of a product, where it is read and decided."""
    if isinstance(about, Product):
        return reverse("reviews:review", args=[about.pk])
    return AdminURLFinder().get_edit_url(about) or ""


def _decision_context(task_state_id: int) -> dict:
    """For who asked: somebody of a cooperative finds the product in the workspace, with the reviewer's notes."""
    state = TaskState.objects.select_related("workflow_state__requested_by").get(pk=task_state_id)
    told, asked_by = _review_context(task_state_id), state.workflow_state.requested_by
    about = state.workflow_state.content_object
    if isinstance(about, Product) and asked_by and not asked_by.has_perm("wagtailadmin.access_admin"):
        address = reverse("workspace_product", args=[about.sale.cooperative.slug, about.pk])
        notes = ReviewNote.objects.filter(task_state=state.pk)
        return {**told, "title": state.revision.object_str, "edit_url": settings.SITE_URL + address, "notes": notes}
    return told


def _failed_context(revision_id: int) -> dict:
    revision = Revision.objects.get(pk=revision_id)
    about = revision.content_object
    return {
        "title": revision.object_str,
        "kind_of_text": about._meta.verbose_name,
        "edit_url": settings.SITE_URL + (AdminURLFinder().get_edit_url(about) or ""),
    }


def _invitation_context(invitation_id: int) -> dict:
    invitation = Invitation.objects.select_related("cooperative", "by").get(pk=invitation_id)
    told = {"invitation": invitation, "cooperative": invitation.cooperative, "asked_by": _name_of(invitation.by)}
    return {**told, "link": invitation_link(invitation)}


def invitation_link(invitation: Invitation) -> str:
    """Its whole address, in the language of whoever is invited. Not the row alone: the link is signed."""
    with translation.override(invitation.language):
        path = reverse("workspace_invitation", args=[invitation.pk, invitation.signature])
    return settings.SITE_URL + path


def _evidence_context(evidence_id: int) -> dict:
    evidence = Evidence.objects.select_related("cooperative", "product").get(pk=evidence_id)
    return {
        "evidence": evidence,
        "cooperative": evidence.cooperative,
        "days": evidence.standing.days,
        "off_sale_on": off_sale_on(evidence),
        "products": [sale.product for sale in sales_needing(evidence).select_related("product")],
        "page_url": settings.SITE_URL + reverse("workspace_evidence", args=[evidence.cooperative.slug]),
    }


def _application_context(application_id: int) -> dict:
    application = Application.objects.get(pk=application_id)
    return {"application": application, "apply_url": settings.SITE_URL + reverse("apply")}


def _name_of(person) -> str:
    return (person.get_full_name() or person.get_username()) if person else ""


#: Each kind with the function that gathers its context from the row it is about.
KINDS = {
    ORDER_RECEIVED: _order_context,
    ORDER_FOR_STAFF: _order_context,
    PART_TO_CONFIRM: _part_context,
    PART_TO_PREPARE: _part_context,
    TRANSFER_RECEIVED: _line_context,
    CARD_PAID: _attempt_context,
    CARD_REFUNDED: _card_refund_context,
    CARD_REFUND_FAILED: _card_refund_context,
    PART_CANCELED: _part_context,
    PART_SHORT: _short_context,
    PART_CANCELED_FOR_COOPERATIVE: _part_context,
    RETURN_ASKED: _return_context,
    RETURN_FOR_STAFF: _return_context,
    RETURN_ACCEPTED: _return_context,
    RETURN_REFUSED: _return_context,
    RETURN_RECEIVED: _return_context,
    REFUND_PAID: _refund_context,
    REFUND_REFUSED: _refund_context,
    MESSAGE_FOR_SHOP: _message_for_shop,
    MESSAGE_RECEIVED: _message_context,
    REVIEW_SUBMITTED: _review_context,
    REVIEW_APPROVED: _decision_context,
    REVIEW_REJECTED: _decision_context,
    PUBLICATION_FAILED: _failed_context,
    MEMBER_INVITED: _invitation_context,
    EVIDENCE_ENDS: _evidence_context,
    APPLICATION_RECEIVED: _application_context,
    APPLICATION_REFUSED: _application_context,
}


def compose(message: OutboxMessage) -> Mail:
    """The mail in its reader's language, as text and as HTML with its styles inlined."""
    with translation.override(message.language):
        context = KINDS[message.kind](message.about_id)
        context |= {
            "LANGUAGE_CODE": message.language,
            "site_name": settings.SITE_NAMES[message.language],
            "site_url": settings.SITE_URL,
            "is_demonstration": settings.IS_DEMONSTRATION,
            "is_rtl": translation.get_language_bidi(),
        }
        subject = " ".join(render_to_string(f"emails/{message.kind}_subject.txt", context).split())
        text = render_to_string(f"emails/{message.kind}.txt", context)
        html = render_to_string(f"emails/{message.kind}.html", context)
    inlined = css_inline.inline(html, load_remote_stylesheets=False)
    return Mail(subject, text, inlined, reply_to=context.get("reply_to", ""))


def deliver_soon() -> None:
    """Once the transaction is done, have the worker empty the outbox. If it cannot be told, the tick sends the mails."""
    transaction.on_commit(deliver_mails.enqueue, robust=True)
