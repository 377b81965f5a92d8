"""What stands beside a product, in Wagtail's admin: its sale, its sizes and prices, and the shelves. Changes count at once."""

import django_filters
from django import forms
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn
from wagtail.admin.views import generic

from ..admin_base import ARABIC, MoneyColumn, PlainViewSet, ReadAlong
from ..cooperatives.models import Cooperative
from .models import Category, ProductSale, Returnable, Variant


class CooperativeAndCategoryFilterSet(WagtailFilterSet):
    class Meta:
        model = ProductSale
        fields = ["cooperative", "category"]


class ProductSaleForm(WagtailAdminModelForm):
    """The cooperative is not in it: its lots and orders would stay with the former one."""

    class Meta(WagtailAdminModelForm.Meta):
        model = ProductSale
        fields = ["category", "slug", "use", "tax_per_mille", "returnable", "kept_because", "withdrawn_at"]

    def clean(self):
        answers = super().clean()
        if answers.get("returnable") == Returnable.UNOPENED:
            answers["kept_because"] = ""  # the reason of a rule that is no longer there
        elif not answers.get("kept_because"):
            self.add_error("kept_because", _("Say why it cannot be given back; buyers read it."))
        return answers


class ProductSaleIndexView(ReadAlong):
    related = ("product", "cooperative", "category")


class ProductSaleViewSet(PlainViewSet):
    model = ProductSale
    name = "product-sales"
    menu_label = gettext_lazy("Sales")
    icon = "doc-full"
    menu_order = 300
    closed = {"add", "delete"}
    pages = PlainViewSet.pages - {"add"}
    index_view_class = ProductSaleIndexView
    list_display = [
        "product",
        "cooperative",
        "category",
        "slug",
        DateColumn("withdrawn_at", label=gettext_lazy("Withdrawn")),
        DateColumn("lapsed_at", label=gettext_lazy("Documents ended")),
    ]
    filterset_class = CooperativeAndCategoryFilterSet
    search_fields = ["slug", "product__name_fr", "product__name_ar", "product__name_en"]
    form_class = ProductSaleForm


class VariantForm(WagtailAdminModelForm):
    class Meta(WagtailAdminModelForm.Meta):
        model = Variant
        fields = ["product", "sku", "size", "unit", "price", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["product"]  # its lots and orders stay with the product


class VariantIndexView(ReadAlong):
    related = ("product__sale__cooperative",)


class VariantFilterSet(WagtailFilterSet):
    cooperative = django_filters.ModelChoiceFilter(
        field_name="product__sale__cooperative", queryset=Cooperative.objects.all(), label=gettext_lazy("Cooperative")
    )

    class Meta:
        model = Variant
        fields = ["cooperative", "is_active"]


class VariantViewSet(PlainViewSet):
    """A variant that is no longer sold is retired, never deleted."""

    model = Variant
    name = "variants"
    menu_label = gettext_lazy("Sizes and prices")
    icon = "list-ul"
    menu_order = 200
    index_view_class = VariantIndexView
    list_display = [
        "__str__",
        Column("cooperative", label=gettext_lazy("Cooperative"), accessor="product.sale.cooperative"),
        "sku",
        MoneyColumn("price", label=gettext_lazy("Price"), sort_key="price"),
        StatusTagColumn(
            "is_active", label=gettext_lazy("Status"), primary=lambda variant: variant.is_active, sort_key="is_active",
            accessor=lambda variant: _("on sale") if variant.is_active else _("retired"),
        ),
    ]  # fmt: skip
    filterset_class = VariantFilterSet
    search_fields = ["sku", "product__name_fr", "product__name_ar", "product__name_en"]
    form_class = VariantForm


class CategoryForm(WagtailAdminModelForm):
    class Meta(WagtailAdminModelForm.Meta):
        model = Category
        fields = ["parent", "slug", "position", "name_fr", "name_ar", "name_en", "name_zgh"]
        widgets = {"name_ar": forms.TextInput(attrs=ARABIC)}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Category.objects.filter(parent=None).exclude(pk=self.instance.pk)

    def clean_parent(self):
        parent = self.cleaned_data["parent"]
        if parent and self.instance.pk and self.instance.children.exists():
            raise forms.ValidationError(_("It has categories inside: the tree has two levels only."))
        return parent


class CategoryIndexView(ReadAlong):
    related = ("parent",)


class CategoryDeleteView(generic.DeleteView):
    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ProtectedError:
            form.add_error(None, _("It still holds products or categories. Move them first."))
            return self.form_invalid(form)


class CategoryViewSet(PlainViewSet):
    model = Category
    name = "categories"
    icon = "folder-open-inverse"
    menu_order = 400
    closed = frozenset()
    pages = PlainViewSet.pages | {"delete"}
    index_view_class = CategoryIndexView
    delete_view_class = CategoryDeleteView
    delete_template_name = "admin_pages/delete_category.html"
    list_display = ["name", "parent", "slug", "position"]
    search_fields = ["name_fr", "name_ar", "name_en", "slug"]
    form_class = CategoryForm
