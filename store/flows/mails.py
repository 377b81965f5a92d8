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

from ..orders.derived import order_status
from ..orders.models import CooperativeOrder, Order
from ..orders.queries import with_parts
from ..outbox.actions import Mail
from ..outbox.models import OutboxMessage
from .tasks import deliver_mails

ORDER_RECEIVED = "order_received"
ORDER_FOR_STAFF = "order_for_staff"
PART_TO_CONFIRM = "part_to_confirm"
PART_CANCELED = "part_canceled"
PART_CANCELED_FOR_COOPERATIVE = "part_canceled_for_cooperative"


def _order_context(order_id: int) -> dict:
    order = with_parts(Order.objects).get(pk=order_id)
    parts = list(order.parts.all())
    return {"order": order, "parts": parts, "status": order_status(part.status for part in parts)}


def _part_context(part_id: int) -> dict:
    part = (
        CooperativeOrder.objects.select_related("cooperative", "order__commune__province")
        .prefetch_related("lines")
        .get(pk=part_id)
    )
    return {"order": part.order, "part": part, "parts": [part], "cooperative": part.cooperative}


#: Each kind with the function that gathers its context from the row it is about.
KINDS = {
    ORDER_RECEIVED: _order_context,
    ORDER_FOR_STAFF: _order_context,
    PART_TO_CONFIRM: _part_context,
    PART_CANCELED: _part_context,
    PART_CANCELED_FOR_COOPERATIVE: _part_context,
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
            "order_url": settings.SITE_URL + reverse("order", args=[context["order"].token]),
            "is_rtl": translation.get_language_bidi(),
        }
        subject = " ".join(render_to_string(f"emails/{message.kind}_subject.txt", context).split())
        text = render_to_string(f"emails/{message.kind}.txt", context)
        html = render_to_string(f"emails/{message.kind}.html", context)
    return Mail(subject, text, css_inline.inline(html, load_remote_stylesheets=False))


def deliver_soon() -> None:
    """Once the transaction is done, have the worker empty the outbox. If it cannot be told, the tick sends the mails."""
    transaction.on_commit(deliver_mails.enqueue, robust=True)
