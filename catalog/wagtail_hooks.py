from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from .claims.admin import ClaimWordViewSet
from .cooperatives.admin import CooperativeViewSet, TaxStatusViewSet
from .products.admin import ProductViewSet
from .products.sale_admin import CategoryViewSet, ProductSaleViewSet, VariantViewSet
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
    return [LotViewSet(), ClaimWordViewSet(), TaxStatusViewSet()]


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
