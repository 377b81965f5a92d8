from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.views.home import WhatsNewInWagtailVersionPanel

from cms.models import ContactPage

from .permissions import may_manage_orders
from .shopfront.contact import contact
from .staff.admin import MailViewSet, OrderViewSet, ZoneViewSet
from .staff.bank import FormatViewSet, StatementViewSet
from .staff.cards.dashboard import CardsToday
from .staff.cards.menu import CardsGroup
from .staff.cards.options import OptionViewSet
from .staff.cash import CourierViewSet, SheetViewSet
from .staff.dashboard import ToDoToday
from .staff.ledger import LedgerViewSet
from .staff.members import LINK_MADE, PeopleGroup
from .staff.messages import MessageViewSet
from .staff.money import TaskViewSet
from .staff.rates import RateViewSet
from .staff.recalls import RecallViewSet
from .staff.refunds import RefundViewSet
from .staff.returns import ReturnViewSet
from .staff.reviews import ReviewViewSet
from .staff.statements import StatementsViewSet
from .staff.vouchers import VoucherViewSet


@hooks.register("register_admin_viewset")
def pages_of_staff():
    return [
        OrderViewSet(),
        CourierViewSet(),
        SheetViewSet(),
        StatementViewSet(),
        TaskViewSet(),
        CardsGroup(),
        FormatViewSet(),
        RecallViewSet(),
        ReturnViewSet(),
        RefundViewSet(),
        StatementsViewSet(),
        LedgerViewSet(),
        VoucherViewSet(),
        ZoneViewSet(),
        OptionViewSet(),
        RateViewSet(),
        MailViewSet(),
        MessageViewSet(),
        PeopleGroup(),
        ReviewViewSet(),
    ]


@hooks.register("before_serve_page", order=100)  # after Wagtail has asked who may see the page
def take_messages(page, request, args, kwargs):
    """The page is cms's, what is sent to it the store's."""
    return contact(request, page) if isinstance(page, ContactPage) else None


@hooks.register("register_log_actions")
def deeds_to_people(actions):
    actions.register_action(LINK_MADE, _("New password"), _("A link for a new password was made"))


@hooks.register("construct_homepage_panels")
def to_do_today(request, panels):
    panels[:] = [panel for panel in panels if not isinstance(panel, WhatsNewInWagtailVersionPanel)]
    if may_manage_orders(request.user):
        panels.extend([ToDoToday(), CardsToday()])


@hooks.register("construct_help_menu")
def no_help_of_wagtail(request, items):
    """Its guides are in English and lie on other sites."""
    items[:] = []


@hooks.register("register_icons")
def icons_of_our_pages(icons):
    return [*icons, "admin_pages/icons/credit-card.svg"]


@hooks.register("insert_global_admin_css")
def style_of_our_pages():
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))
