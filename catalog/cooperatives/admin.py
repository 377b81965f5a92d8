"""Cooperatives in Wagtail's admin."""

from django.conf import settings
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import BooleanColumn, DateColumn
from wagtail.admin.widgets import AdminDateInput

from ..admin_base import PlainViewSet, ReadAlong, text_panel
from .models import Cooperative, TaxStatus


def _words(language: str, name: str) -> ObjectList:
    fields = ("name", "tagline", "address", "commune", "pickup_hours")
    return ObjectList([text_panel(field, language) for field in fields], heading=name)


class CooperativeViewSet(PlainViewSet):
    """A cooperative is suspended, never deleted."""

    model = Cooperative
    name = "cooperatives"
    icon = "group"
    menu_order = 500
    list_display = ["name", "commune", "phone", "email", DateColumn("suspended_at", label=gettext_lazy("Suspended"))]
    search_fields = ["name_fr", "name_ar", "name_en", "slug", "legal_name", "email"]
    edit_handler = TabbedInterface([
        *[_words(code, name) for code, name in settings.LANGUAGES],
        ObjectList([text_panel("name", "zgh")], heading="ⵜⴰⵎⴰⵣⵉⵖⵜ"),
        ObjectList(
            [
                MultiFieldPanel(
                    [FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]), FieldPanel("language")],
                    heading=gettext_lazy("How it is reached"),
                ),
                MultiFieldPanel(
                    [FieldPanel("legal_name"), FieldPanel("registration"), FieldPanel("rib")],
                    heading=gettext_lazy("By law"),
                ),
                MultiFieldPanel(
                    [FieldPanel("slug"), FieldPanel("accent"), FieldPanel("picture")],
                    heading=gettext_lazy("In the shop"),
                ),
                FieldPanel("offers_pickup"),
                FieldPanel("suspended_at"),
            ],
            heading=gettext_lazy("Details"),
        ),
    ])  # fmt: skip


class TaxStatusForm(WagtailAdminModelForm):
    class Meta(WagtailAdminModelForm.Meta):
        model = TaxStatus
        fields = ["cooperative", "since", "is_taxable", "mention"]
        widgets = {"since": AdminDateInput()}


class TaxStatusIndexView(ReadAlong):
    related = ("cooperative",)


class TaxStatusViewSet(PlainViewSet):
    """A new status is a new row: what was sold before stays as it was taxed."""

    model = TaxStatus
    name = "tax-statuses"
    icon = "doc-full"
    menu_label = gettext_lazy("Tax statuses")
    menu_order = 703
    add_to_settings_menu = True
    index_view_class = TaxStatusIndexView
    list_display = [
        "cooperative",
        DateColumn("since", label=gettext_lazy("Since")),
        BooleanColumn("is_taxable", label=gettext_lazy("Charges tax")),
        "mention",
    ]
    form_class = TaxStatusForm
