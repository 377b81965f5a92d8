from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.admin_base import OperationView

from ..delivery.models import Courier


class CourierOperation(OperationView):
    """Something that is done with a courier, from the list of couriers."""

    permission_required = "view"
    model = Courier

    @property
    def back_url(self):
        return reverse("couriers:index")

    @property
    def crumbs(self):
        here = {"url": "", "label": self.page_title, "sublabel": str(self.object)}
        return [{"url": self.back_url, "label": _("Couriers and cash")}, here]
