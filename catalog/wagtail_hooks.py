from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from .claims.admin import ClaimWordViewSet
from .cooperatives.admin import CooperativeViewSet, TaxStatusViewSet
from .evidence import actions as evidence
from .evidence.admin import EvidenceViewSet
from .products.admin import ProductViewSet
from .products.sale_admin import CategoryViewSet, ProductSaleViewSet, VariantViewSet
from .rules.admin import RequirementViewSet
from .rules.lapse import LAPSED, RENEWED
from .stock.admin import LotViewSet
from .stock.history import BLOCKED, UNBLOCKED


class CatalogueGroup(SnippetViewSetGroup):
    items = (ProductViewSet, VariantViewSet, ProductSaleViewSet, CategoryViewSet, CooperativeViewSet)
    menu_label = _("Catalogue")
    menu_name = "catalogue"
    menu_icon = "tag"
    menu_order = 150


register_snippet(CatalogueGroup)


@hooks.register("register_admin_viewset")
def lists_in_the_admin():
    return [LotViewSet(), EvidenceViewSet(), ClaimWordViewSet(), RequirementViewSet(), TaxStatusViewSet()]


class WithReason(LogFormatter):
    def format_message(self, log_entry):
        return f"{self.label}: {log_entry.data.get('reason', '')}"


@hooks.register("register_log_actions")
def blocking_of_lots(actions):
    @actions.register_action(BLOCKED)
    class Blocked(WithReason):
        label = _("Blocked")

    @actions.register_action(UNBLOCKED)
    class Unblocked(WithReason):
        label = _("Unblocked")


@hooks.register("register_log_actions")
def decisions_on_evidence(actions):
    actions.register_action(evidence.ACCEPTED, _("Accepted"), _("The document was accepted"))
    actions.register_action(LAPSED, _("Off sale"), _("Off sale: a document that it needs has ended"))
    actions.register_action(RENEWED, _("Back on sale"), _("Back on sale: its documents are good again"))

    @actions.register_action(evidence.REFUSED)
    class Refused(WithReason):
        label = _("Refused")
