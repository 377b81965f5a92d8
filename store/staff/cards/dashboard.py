"""What waits about cards, on the first page of the admin."""

from datetime import timedelta

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from ...payments.bank import MoneyTask, TaskKind
from ...payments.cards import CardRefund, Dispute, DisputeStatus, PaymentEvent
from ...payments.methods import CARDS
from ...statuses import CardRefundStatus
from .words import provider_name

#: Callbacks are applied within seconds; one that waits so long needs a look.
PATIENCE = timedelta(minutes=10)


class CardsToday(Component):
    """What of payments by card somebody has to look at; nothing where all is well."""

    name = "cards-today"
    template_name = "admin_pages/cards_today.html"
    order = 51

    def render_html(self, parent_context=None):
        return super().render_html(parent_context) if any(self.waiting.values()) else ""

    def get_context_data(self, parent_context):
        return self.waiting

    @cached_property
    def waiting(self) -> dict[str, list]:
        now = timezone.now()
        tasks = MoneyTask.objects.filter(done_at=None).aggregate(
            held=Count("pk", filter=Q(kind=TaskKind.HELD)),
            taken_back=Count("pk", filter=Q(kind=TaskKind.TAKEN_BACK)),
            failed=Count("pk", filter=Q(kind=TaskKind.REFUND_FAILED)),
        )
        disputes = Dispute.objects.filter(task__done_at=None).aggregate(
            count=Count("pk"), first=Min("answer_by", filter=Q(status__in=(DisputeStatus.INQUIRY, DisputeStatus.OPEN)))
        )
        late = PaymentEvent.objects.filter(done_at=None, received_at__lt=now - PATIENCE).count()
        to_send = CardRefund.objects.filter(status=CardRefundStatus.TO_SEND, asked_at__lt=now - PATIENCE).count()
        work = f"{reverse('money-tasks:index')}?waiting=true&kind="
        rows = [
            ("warning", _("Payments that are held"), tasks["held"], f"{work}{TaskKind.HELD}"),
            ("warning", _disputes(disputes["first"]), disputes["count"], f"{reverse('disputes:index')}?waiting=true"),
            ("rotate", _("Refunds that the card did not take"), tasks["failed"], f"{work}{TaskKind.REFUND_FAILED}"),
            (
                "help",
                _("Given back at the provider, to be explained"),
                tasks["taken_back"],
                f"{work}{TaskKind.TAKEN_BACK}",
            ),
            ("history", _("Events not applied"), late, f"{reverse('payment-events:index')}?waiting=true"),
            (
                "time",
                _("Refunds that wait for the provider"),
                to_send,
                f"{reverse('card-payments:index')}?to_send=true",
            ),
        ]
        resting = [provider_name(code) for code, method in CARDS.items() if method.is_there and method.rests]
        return {"items": [row for row in rows if row[2]], "resting": resting}


def _disputes(first) -> str:
    if first is None:
        return _("Disputes")
    return _("Disputes, the first to be answered by %(day)s") % {
        "day": date_format(timezone.localtime(first), "SHORT_DATE_FORMAT")
    }
