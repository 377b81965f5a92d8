from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from catalog.evidence.models import Evidence
from catalog.reviews.queries import waiting_for_review
from catalog.stock.admin import expiring, past
from catalog.stock.models import Lot

from ..applications.models import Application
from ..contact.models import ContactMessage
from ..delivery.shipments import unheard_of
from ..flows.hand_over import to_settle
from ..flows.refunds import parts_to_pay_back
from ..orders.models import CooperativeOrder
from ..payments.bank import MoneyTask
from ..recalls.models import Recall
from ..refunds.models import ReturnRequest
from ..statuses import PartStatus, ReturnStatus


class ToDoToday(Component):
    """What waits for the platform's staff, with links to it."""

    name = "to-do-today"
    template_name = "admin_pages/to_do_today.html"
    order = 50

    def get_context_data(self, parent_context):
        waiting = CooperativeOrder.objects.aggregate(
            to_confirm=Count("pk", filter=Q(status=PartStatus.PLACED)),
            to_pack=Count("pk", filter=Q(status=PartStatus.CONFIRMED)),
            to_ship=Count("pk", filter=Q(status=PartStatus.PACKED)),
        )
        orders, lots, today = reverse("orders:index"), reverse("lots:index"), timezone.localdate()
        return {
            "items": [
                ("mail", _("Parts to confirm"), waiting["to_confirm"], f"{orders}?status={PartStatus.PLACED}"),
                ("clipboard-list", _("Parts to pack"), waiting["to_pack"], f"{orders}?status={PartStatus.CONFIRMED}"),
                ("upload", _("Parts to send"), waiting["to_ship"], f"{orders}?status={PartStatus.PACKED}"),
                (
                    "warning",
                    _("Parcels of which nothing was heard"),
                    unheard_of(timezone.now()).count(),
                    f"{orders}?unheard_of=true",
                ),
                (
                    "site",
                    _("Parcels to settle with couriers"),
                    to_settle().count(),
                    reverse("couriers:index"),
                ),
                (
                    "resubmit",
                    _("Returns to decide"),
                    ReturnRequest.objects.filter(status=ReturnStatus.ASKED).count(),
                    f"{reverse('returns:index')}?status={ReturnStatus.ASKED}",
                ),
                ("tasks", _("Products to review"), len(waiting_for_review()), reverse("reviews:index")),
                ("rotate", _("Parts to pay back"), parts_to_pay_back().count(), reverse("refunds:index")),
                (
                    "mail",
                    _("Messages to answer"),
                    ContactMessage.objects.filter(answered_at=None).count(),
                    f"{reverse('contact-messages:index')}?waiting=true",
                ),
                (
                    "group",
                    _("Cooperatives that want to join"),
                    Application.objects.waiting().count(),
                    f"{reverse('applications:index')}?waiting=true",
                ),
                (
                    "doc-full-inverse",
                    _("Documents to look at"),
                    Evidence.objects.waiting().count(),
                    f"{reverse('evidence:index')}?state=waiting",
                ),
                (
                    "warning",
                    _("Money to look at"),
                    MoneyTask.objects.filter(done_at=None).count(),
                    f"{reverse('money-tasks:index')}?waiting=true",
                ),
                (
                    "warning",
                    _("Recalls that are open"),
                    Recall.objects.filter(closed_at=None).count(),
                    f"{reverse('recalls:index')}?open=true",
                ),
                (
                    "time",
                    _("Lots that expire within 30 days"),
                    expiring(Lot.objects, today=today).count(),
                    f"{lots}?expiring=soon",
                ),
                ("warning", _("Lots past their date"), past(Lot.objects, today=today).count(), f"{lots}?expiring=past"),
            ]
        }
