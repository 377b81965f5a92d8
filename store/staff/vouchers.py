"""Vouchers in Wagtail's admin. What was placed with one stays as it was placed."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.widgets import AdminDateInput

from catalog.admin_base import DayColumn, PlainViewSet, ReadAlong

from ..vouchers.codes import MOST_TYPED, fold_code
from ..vouchers.models import Voucher


class VoucherForm(WagtailAdminModelForm):
    class Meta(WagtailAdminModelForm.Meta):
        model = Voucher
        fields = [
            "code", "percent", "amount", "bearer", "minimum", "cooperative", "category", "begins_on", "ends_on", "limit",
            "limit_per_phone", "is_active",
        ]  # fmt: skip
        widgets = {"begins_on": AdminDateInput(), "ends_on": AdminDateInput()}
        help_texts = {
            "code": gettext_lazy("Letters and digits. Capitals, spaces and dashes make no difference."),
            "percent": gettext_lazy("Of the goods. Fill in this or the amount."),
            "amount": gettext_lazy("In dirhams. At most what the goods cost is taken off."),
            "bearer": gettext_lazy(
                "The platform makes up for it to the cooperatives; or each cooperative goes without it, and pays"
                " commission and tax on what is left."
            ),
            "minimum": gettext_lazy("Dirhams of goods that it is for."),
            "limit": gettext_lazy("Empty: as many as like. An order that is canceled does not count."),
            "limit_per_phone": gettext_lazy("Empty: as many as like."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # As somebody types it, with its spaces and dashes; the column holds it folded.
        self.fields["code"].max_length = MOST_TYPED
        self.fields["code"].validators = []
        self.fields["code"].widget.attrs["maxlength"] = MOST_TYPED

    def clean_code(self):
        code = fold_code(self.cleaned_data["code"])
        longest = Voucher._meta.get_field("code").max_length
        if not code:
            raise ValidationError(_("A code needs a letter or a digit."))
        if len(code) > longest:
            raise ValidationError(_("At most %(longest)s letters and digits.") % {"longest": longest})
        if Voucher.objects.filter(code=code).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a voucher with this code already."))
        if self.instance.pk and code != self.instance.code and self.instance.uses.exists():
            raise ValidationError(_("Orders were placed with this code. Make another voucher for another code."))
        return code

    def clean_percent(self):
        percent = self.cleaned_data["percent"]
        if percent is not None and not 1 <= percent <= 100:
            raise ValidationError(_("From 1 to 100 percent."))
        return percent

    def clean_limit(self):
        limit = self.cleaned_data["limit"]
        if limit is not None and limit < self.instance.used:
            raise ValidationError(_("Orders that use it already: %(used)s.") % {"used": self.instance.used})
        return limit

    def clean(self):
        answers = super().clean()
        if not {"amount", "percent"} & set(self.errors):
            amount, percent = answers.get("amount"), answers.get("percent")
            if amount is not None and percent is not None:
                self.add_error("amount", _("Fill in the percent or the amount, not both."))
            elif percent is None and not amount:
                self.add_error("percent", _("Say how many percent, or which amount, it takes off."))
        begins_on, ends_on = answers.get("begins_on"), answers.get("ends_on")
        if begins_on and ends_on and ends_on < begins_on:
            self.add_error("ends_on", _("This is before its first day."))
        return answers


def use_of(voucher: Voucher) -> str:
    """How often it was used, of how often it may."""
    return f"{voucher.used} / {'∞' if voucher.limit is None else voucher.limit}"


def may_be_used(voucher: Voucher) -> bool:
    """Somebody could order with it today."""
    is_over = voucher.ends_on and voucher.ends_on < timezone.localdate()
    return voucher.is_active and not is_over and (voucher.limit is None or voucher.used < voucher.limit)


class VoucherIndexView(ReadAlong):
    related = ("cooperative", "category")
    default_ordering = "code"

    @cached_property
    def columns(self):
        return [
            TitleColumn("code", label=_("Code"), sort_key="code", get_url=self.get_edit_url),
            Column("worth", label=_("Takes off")),
            Column(
                "goods_label", label=_("Of which goods"), accessor=lambda voucher: voucher.goods_label or _("All goods")
            ),
            Column("bearer", label=_("Who bears it"), accessor=lambda voucher: voucher.get_bearer_display()),
            Column("used", label=_("Used"), sort_key="used", accessor=use_of),
            DayColumn("ends_on", label=_("Last day"), sort_key="ends_on"),
            BooleanColumn("is_active", label=_("Can be used"), accessor=may_be_used),
        ]


class VoucherViewSet(PlainViewSet):
    """A voucher that is no longer wanted may be used no more; it is never deleted."""

    model = Voucher
    name = "vouchers"
    icon = "tag"
    menu_label = gettext_lazy("Vouchers")
    menu_order = 122
    add_to_admin_menu = True
    index_view_class = VoucherIndexView
    form_class = VoucherForm
    search_fields = ["code"]
