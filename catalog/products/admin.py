"""Products and what stands beside them, in Wagtail's admin.

A product is edited as drafts and revisions; price, category and withdrawal stand in rows of their own and change at
once.
"""

from types import SimpleNamespace

import django_filters
from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, ProtectedError, Subquery
from django.db.models.functions import Cast
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
)
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import PreviewSidePanel
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, DateColumn, StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets import AdminAutoHeightTextInput, BooleanRadioSelect
from wagtail.models import Revision, TaskState, WorkflowState
from wagtail.snippets.views import snippets

from ..backoffice import ARABIC, ClosedPolicy, MoneyColumn, PlainViewSet
from ..cooperatives.models import Cooperative
from .models import Category, Product, ProductSale, Use, Variant

# -- The product: words and pictures, with drafts, review and preview ------------------------------------------------


class NewProductForm(WagtailAdminModelForm):
    """A new product is asked once by whom, where and as what it is sold; later that stands in its `ProductSale`."""

    cooperative = forms.ModelChoiceField(Cooperative.objects.all(), label=gettext_lazy("Cooperative"))
    category = forms.ModelChoiceField(Category.objects.all(), label=gettext_lazy("Category"))
    slug = forms.SlugField(
        label=gettext_lazy("Address"),
        max_length=80,
        help_text=gettext_lazy("Last word of the page's address, such as miel-de-thym."),
    )
    use = forms.ChoiceField(label=gettext_lazy("Use"), choices=Use.choices)

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        if ProductSale.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another product has this address already."))
        return slug


def _text(field: str, language: str, *, long: bool = False, required: bool = False) -> FieldPanel:
    """The panel of a translated field, its input in the direction of its language."""
    attrs = ARABIC if language == "ar" else {"lang": language, "dir": "ltr"}
    widget = AdminAutoHeightTextInput(attrs=attrs) if long else forms.TextInput(attrs=attrs)
    return FieldPanel(f"{field}_{language}", widget=widget, required_on_save=required or None)


def _words(language: str, name: str) -> ObjectList:
    short = [_text("name", language, required=language == "fr"), _text("summary", language)]
    long = [_text(field, language, long=True) for field in ("description", "composition", "advice")]
    return ObjectList([*short, *long], heading=name)


def _product_tabs() -> list[ObjectList]:
    photo = [FieldPanel("image"), *[_text("alt", language) for language in ("fr", "ar", "en")]]
    latin = forms.TextInput(attrs={"lang": "la", "dir": "ltr"})
    pictures = [
        InlinePanel("photos", panels=photo, heading=gettext_lazy("Photos"), label=gettext_lazy("Photo")),
        PublishingPanel(),
    ]
    return [
        *[_words(code, name) for code, name in settings.LANGUAGES],
        ObjectList(
            [_text("name", "zgh"), FieldPanel("latin_name", widget=latin)],
            heading=format_lazy("ⵜⴰⵎⴰⵣⵉⵖⵜ · {}", gettext_lazy("botanical name")),
        ),
        ObjectList(pictures, heading=gettext_lazy("Photos")),
    ]


_SALE_FIELDS = ("cooperative", "category", "slug", "use")
_SALE_TAB = ObjectList(
    [FieldPanel(field, required_on_save=True) for field in _SALE_FIELDS], heading=gettext_lazy("Sale")
)


class AllOrNothing:
    """A POST that is done whole or not at all: publishing writes the row, its photos and its revision in turn."""

    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            return super().post(request, *args, **kwargs)


class PreviewInEachLanguage(PreviewSidePanel):
    """The preview panel with a choice of the shop's languages."""

    def get_context_data(self, parent_context):
        shown = SimpleNamespace(
            preview_modes=settings.LANGUAGES,
            default_preview_mode=settings.LANGUAGE_CODE,
            preview_sizes=self.object.preview_sizes,
            default_preview_size=self.object.default_preview_size,
        )
        return {**super().get_context_data(parent_context), "object": shown, "has_multiple_modes": True}


class InAskedLanguage:
    """A preview in the language of `?mode=`. Its page is a request of its own, which finds its language in a cookie."""

    def get(self, request, *args, **kwargs):
        language = request.GET.get("mode")
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        cookies = [request.META.get("HTTP_COOKIE", ""), f"{settings.LANGUAGE_COOKIE_NAME}={language}"]
        request.META["HTTP_COOKIE"] = "; ".join(filter(None, cookies))
        return super().get(request, *args, **kwargs)


class EditorViewMixin(AllOrNothing):
    def get_side_panels(self):
        return MediaContainer(
            PreviewInEachLanguage(panel.object, panel.request, preview_url=panel.preview_url)
            if isinstance(panel, PreviewSidePanel)
            else panel
            for panel in super().get_side_panels()
        )


class ProductCreateView(EditorViewMixin, snippets.CreateView):
    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.autosave_enabled = False  # else a half-typed address would be kept

    def save_instance(self):
        with transaction.atomic():
            product = super().save_instance()
            answers = {field: self.form.cleaned_data[field] for field in _SALE_FIELDS}
            ProductSale.objects.create(product=product, **answers)
        return product


class ProductEditView(EditorViewMixin, snippets.EditView):
    pass


class ProductUnpublishView(AllOrNothing, snippets.UnpublishView):
    pass


class OwnTaskState:
    """Only a review of this very product is acted on: Wagtail takes any review's number from the address."""

    def get_task_state(self):
        mine = WorkflowState.objects.filter(
            base_content_type=ContentType.objects.get_for_model(Product), object_id=str(self.object.pk)
        )
        return get_object_or_404(TaskState, pk=self.task_state_id, workflow_state__in=mine).specific


class ProductWorkflowActionView(AllOrNothing, OwnTaskState, snippets.WorkflowActionView):
    pass


class ProductCollectWorkflowActionDataView(OwnTaskState, snippets.CollectWorkflowActionDataView):
    pass


class ProductPreviewOnCreateView(InAskedLanguage, snippets.PreviewOnCreateView):
    pass


class ProductPreviewOnEditView(InAskedLanguage, snippets.PreviewOnEditView):
    pass


class ProductPreviewRevisionView(InAskedLanguage, snippets.PreviewRevisionView):
    pass


class ProductFilterSet(WagtailFilterSet):
    cooperative = django_filters.ModelChoiceFilter(
        field_name="sale__cooperative", queryset=Cooperative.objects.all(), label=gettext_lazy("Cooperative")
    )
    live = django_filters.BooleanFilter(label=gettext_lazy("Published"), widget=BooleanRadioSelect)

    class Meta:
        model = Product
        fields = ["cooperative", "live"]


def publishing_status(product: Product) -> str:
    """In words; the row comes from `ProductViewSet.get_queryset`."""
    if product.is_scheduled:
        return _("published, new version scheduled") if product.live else _("scheduled")
    if product.is_in_review:
        return _("published, changes in review") if product.live else _("in review")
    if product.live:
        return _("published, with a draft") if product.has_unpublished_changes else _("published")
    return _("draft")


class ProductIndexView(snippets.IndexView):
    @cached_property
    def columns(self):
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]


class ProductViewSet(snippets.SnippetViewSet):
    model = Product
    icon = "tag"
    menu_order = 100
    copy_view_enabled = False
    edit_handler = TabbedInterface(_product_tabs())
    new_product_handler = TabbedInterface([_SALE_TAB, *_product_tabs()], base_form_class=NewProductForm)

    index_view_class = ProductIndexView
    add_view_class = ProductCreateView
    edit_view_class = ProductEditView
    unpublish_view_class = ProductUnpublishView
    workflow_action_view_class = ProductWorkflowActionView
    collect_workflow_action_data_view_class = ProductCollectWorkflowActionDataView
    preview_on_add_view_class = ProductPreviewOnCreateView
    preview_on_edit_view_class = ProductPreviewOnEditView
    revisions_view_class = ProductPreviewRevisionView

    list_display = [
        "__str__",
        Column(
            "cooperative",
            label=gettext_lazy("Cooperative"),
            accessor="sale.cooperative",
            sort_key="sale__cooperative__slug",
        ),
        StatusTagColumn(
            "status",
            label=gettext_lazy("Status"),
            accessor=publishing_status,
            sort_key="live",
            primary=lambda product: product.live,
        ),
        DateColumn("withdrawn", label=gettext_lazy("Withdrawn"), accessor="sale.withdrawn_at"),
        MoneyColumn("lowest_price", label=gettext_lazy("Price from"), sort_key="lowest_price"),
    ]
    filterset_class = ProductFilterSet
    search_fields = ["name_fr", "name_ar", "name_en", "name_zgh", "sale__slug"]
    search_backend_name = None

    @property
    def permission_policy(self):
        return ClosedPolicy(self.model, closed={"delete"})  # what was sold is withdrawn, never deleted

    def get_queryset(self, request):
        content_type = ContentType.objects.get_for_model(Product)
        mine = {"base_content_type": content_type, "object_id": Cast(OuterRef("pk"), CharField())}
        return Product.objects.select_related("sale__cooperative", "latest_revision").annotate(
            lowest_price=Subquery(
                Variant.objects.filter(product=OuterRef("pk"), is_active=True).order_by("price").values("price")[:1]
            ),
            is_scheduled=Exists(Revision.objects.filter(approved_go_live_at__isnull=False, **mine)),
            is_in_review=Exists(WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS, **mine)),
        )

    @cached_property
    def _new_product_handler(self):
        return self.new_product_handler.bind_to_model(Product)

    def get_add_view_kwargs(self, **kwargs):
        panel = self._new_product_handler
        return super().get_add_view_kwargs(**{"panel": panel, "form_class": panel.get_form_class(), **kwargs})


# -- What stands beside it -------------------------------------------------------------------------------------------


class CooperativeAndCategoryFilterSet(WagtailFilterSet):
    class Meta:
        model = ProductSale
        fields = ["cooperative", "category"]


class ProductSaleForm(WagtailAdminModelForm):
    """The cooperative is not in it: its lots and orders would stay with the former one."""

    class Meta(WagtailAdminModelForm.Meta):
        model = ProductSale
        fields = ["category", "slug", "use", "withdrawn_at"]


class ReadAlong(generic.IndexView):
    """A list that fetches the related rows which its columns show."""

    related: tuple[str, ...] = ()

    def get_base_queryset(self):
        return super().get_base_queryset().select_related(*self.related)


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
    ]
    filterset_class = CooperativeAndCategoryFilterSet
    search_fields = ["slug", "product__name_fr", "product__name_ar", "product__name_en"]

    def get_form_class(self, for_update=False):
        return ProductSaleForm


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

    def get_form_class(self, for_update=False):
        return VariantForm


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

    def get_form_class(self, for_update=False):
        return CategoryForm


def _cooperative_words(language: str, name: str) -> ObjectList:
    fields = ("name", "tagline", "address", "commune", "pickup_hours")
    return ObjectList([_text(field, language) for field in fields], heading=name)


class CooperativeViewSet(PlainViewSet):
    """A cooperative is suspended, never deleted."""

    model = Cooperative
    name = "cooperatives"
    icon = "group"
    menu_order = 500
    list_display = ["name", "commune", "phone", "email", DateColumn("suspended_at", label=gettext_lazy("Suspended"))]
    search_fields = ["name_fr", "name_ar", "name_en", "slug", "legal_name", "email"]
    edit_handler = TabbedInterface([
        *[_cooperative_words(code, name) for code, name in settings.LANGUAGES],
        ObjectList([_text("name", "zgh")], heading="ⵜⴰⵎⴰⵣⵉⵖⵜ"),
        ObjectList(
            [
                MultiFieldPanel(
                    [FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]), FieldPanel("language")],
                    heading=gettext_lazy("How it is reached"),
                ),
                MultiFieldPanel([FieldPanel("legal_name"), FieldPanel("registration")], heading=gettext_lazy("By law")),
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


class CatalogueGroup(snippets.SnippetViewSetGroup):
    items = (ProductViewSet, VariantViewSet, ProductSaleViewSet, CategoryViewSet, CooperativeViewSet)
    menu_label = gettext_lazy("Catalogue")
    menu_name = "catalogue"
    menu_icon = "tag"
    menu_order = 150
