"""Products and what stands beside them, in Wagtail's admin.

A product is edited as drafts and revisions; price, category and withdrawal stand in rows of their own and change at
once.
"""

import django_filters
from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Subquery
from django.db.models.functions import Cast
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
)
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn
from wagtail.admin.widgets import BooleanRadioSelect
from wagtail.models import Revision, TaskState, WorkflowState
from wagtail.snippets.views import snippets

from ..admin_base import (
    AllOrNothing,
    ClosedPolicy,
    InAskedLanguage,
    MoneyColumn,
    OneByOne,
    PreviewsInEachLanguage,
    publishing_status,
    text_panel,
)
from ..checklist import ChecklistSidePanel
from ..cooperatives.models import Cooperative
from ..rules.missing import Missing, keeps_from_going_live
from .checklist import checklist
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


def _words(language: str, name: str) -> ObjectList:
    short = [text_panel("name", language, required=language == "fr"), text_panel("summary", language)]
    long = [text_panel(field, language, long=True) for field in ("description", "composition", "advice")]
    return ObjectList([*short, *long], heading=name)


def _product_tabs() -> list[ObjectList]:
    photo = [FieldPanel("image"), *[text_panel("alt", language) for language in ("fr", "ar", "en")]]
    latin = forms.TextInput(attrs={"lang": "la", "dir": "ltr"})
    pictures = [
        InlinePanel("photos", panels=photo, heading=gettext_lazy("Photos"), label=gettext_lazy("Photo")),
        PublishingPanel(),
    ]
    return [
        *[_words(code, name) for code, name in settings.LANGUAGES],
        ObjectList(
            [text_panel("name", "zgh"), FieldPanel("latin_name", widget=latin)],
            heading=format_lazy("ⵜⴰⵎⴰⵣⵉⵖⵜ · {}", gettext_lazy("botanical name")),
        ),
        ObjectList(pictures, heading=gettext_lazy("Photos")),
    ]


_SALE_FIELDS = ("cooperative", "category", "slug", "use")
_SALE_TAB = ObjectList(
    [FieldPanel(field, required_on_save=True) for field in _SALE_FIELDS], heading=gettext_lazy("Sale")
)


class ProductEditorMixin(AllOrNothing, PreviewsInEachLanguage):
    def get_side_panels(self):
        product = self.form.instance
        checked = ChecklistSidePanel(product, self.request, lines=checklist(product))
        return MediaContainer([*super().get_side_panels(), checked])

    @property
    def publishes(self) -> bool:
        """By the button, or by approving what is in review."""
        approves = self.action == "workflow-action" and self.workflow_action == "approve"
        return self.action == "publish" or approves

    def is_valid(self, form):
        if not super().is_valid(form):
            return False
        lines = self.stands_against(form) if self.publishes else []
        if lines:
            self.produced_error_message = _("This product cannot go live yet. Save it as a draft meanwhile.")
            form.add_error(None, [line.text for line in lines])
        return not lines

    def stands_against(self, form) -> list[Missing]:
        return keeps_from_going_live(form.instance)


class ProductCreateView(ProductEditorMixin, snippets.CreateView):
    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.autosave_enabled = False  # else a half-typed address would be kept

    def stands_against(self, form):
        answers = form.cleaned_data
        return keeps_from_going_live(form.instance, use=answers["use"], cooperative=answers["cooperative"])

    def save_instance(self):
        with transaction.atomic():
            product = super().save_instance()
            answers = {field: self.form.cleaned_data[field] for field in _SALE_FIELDS}
            ProductSale.objects.create(product=product, **answers)
        return product


class ProductEditView(ProductEditorMixin, snippets.EditView):
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
    def post(self, request, *args, **kwargs):
        approved = self.task_state.revision.as_object() if self.action_name == "approve" else None
        if not (lines := keeps_from_going_live(approved) if approved else []):
            return super().post(request, *args, **kwargs)
        told = _("This product cannot go live yet. %(lines)s") % {"lines": " · ".join(line.text for line in lines)}
        messages.error(request, told)
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return self.render_modal_json(request, {"step": "success", "redirect": self.redirect_url})
        return redirect(self.redirect_url)


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


class ProductIndexView(OneByOne, snippets.IndexView):
    pass


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
