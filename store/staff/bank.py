"""Statements of the bank: looked at, imported, read again."""

from django.db.models import Count
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import HeaderButton

from catalog.admin_base import PlainViewSet, ReadAlong

from ..flows.import_statement import AlreadyImported, Faulty, import_statement, plan
from ..payments.bank import BankFormat, BankStatement
from ..payments.statements import Unreadable, digest_of, format_of, likely_header, read_rows, read_table
from .admin import OrdersPolicy
from .bank_forms import ColumnsForm, SeenForm, UploadForm, packed
from .search import SearchesOrders

#: How many faults are told at a time.
MOST_FAULTS = 20


class ImportStatement(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Choose a file; map its columns, if its bank is new; see what each line would do; import it."""

    permission_policy = None
    permission_required = "view"  # of the orders' own policy
    page_title = gettext_lazy("Import a statement")
    header_icon = "upload"
    template_name = "admin_pages/statement_import.html"

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("bank-statements:index"), "label": _("Bank statements")},
            {"url": "", "label": self.page_title},
        ]

    def get(self, request):
        return self.show(form=UploadForm())

    def post(self, request):
        if request.POST.get("step") in ("columns", "import"):
            seen = SeenForm(request.POST)
            if not seen.is_valid():
                return self.show(form=UploadForm(), why=_("Send the file again."))
            content, file_name = seen.cleaned_data["content"], seen.cleaned_data["file_name"]
        else:
            form = UploadForm(request.POST, request.FILES)
            if not form.is_valid():
                return self.show(form=form)
            file = form.cleaned_data["file"]
            content, file_name = file.read(), file.name[:120]
        try:
            return self.go_on(content, file_name)
        except Unreadable as error:
            return self.show(form=UploadForm(), why=error.why)

    def go_on(self, content: bytes, file_name: str):
        """The next step of a file: its columns, its lines, or that it is imported."""
        earlier = BankStatement.objects.filter(digest=digest_of(content)).first()
        if earlier:
            return self.told_earlier(earlier)
        table = read_table(content)
        columns = format_of(table, BankFormat.objects.all())
        if columns is None:
            header = table[likely_header(table)]
            is_answered = self.request.POST.get("step") == "columns"
            form = ColumnsForm(self.request.POST if is_answered else None, header=header)
            if not (is_answered and form.is_valid()):
                return self.show_file(content, file_name, columns_form=form, sample=table[:6])
            columns = form.save()
        if self.request.POST.get("step") == "import":
            return self.write(content, file_name)
        reading = read_rows(table, columns)
        told = {"faults": reading.faults[:MOST_FAULTS], "more_faults": max(len(reading.faults) - MOST_FAULTS, 0)}
        return self.show_file(
            content, file_name, planned=plan(reading.rows), passed_over=reading.passed_over, columns=columns, **told
        )

    def write(self, content: bytes, file_name: str):
        try:
            statement = import_statement(content, file_name=file_name or _("statement"), by=self.request.user)
        except AlreadyImported as error:
            return self.told_earlier(error.statement)
        except Faulty:
            return self.show(form=UploadForm(), why=_("A line cannot be read. Nothing was written."))
        count = statement.lines.count()
        told = ngettext("%(count)s line is imported.", "%(count)s lines are imported.", count) % {"count": count}
        messages.success(self.request, told)
        return redirect(reverse("bank-statements:inspect", args=[statement.pk]))

    def told_earlier(self, statement: BankStatement | None):
        messages.warning(self.request, _("This statement was imported already. Nothing was written twice."))
        if statement is None:
            return redirect(reverse("bank-statements:index"))
        return redirect(reverse("bank-statements:inspect", args=[statement.pk]))

    def show_file(self, content: bytes, file_name: str, **context):
        return self.show(content=packed(content), file_name=file_name, **context)

    def show(self, **context):
        return self.render_to_response(self.get_context_data(action_url=self.request.path, **context))


class StatementIndexView(SearchesOrders, ReadAlong):
    related = ("by", "format")
    order_path = "lines__payment__order__"
    searched_too = ("file_name", "lines__label", "lines__sender", "lines__number")
    default_ordering = "-at"

    def get_base_queryset(self):
        return super().get_base_queryset().annotate(line_count=Count("lines", distinct=True))

    @cached_property
    def columns(self):
        return [
            TitleColumn("file_name", label=_("File"), sort_key="file_name", get_url=self.get_inspect_url),
            DateColumn("at", label=_("Imported"), sort_key="at"),
            Column("by", label=_("By")),
            Column("format", label=_("Bank")),
            Column("line_count", label=_("Lines")),
            Column("doubled", label=_("Doubled lines")),
        ]

    @property
    def header_buttons(self):
        return [HeaderButton(_("Import a statement"), url=reverse("bank-statements:import"), icon_name="upload")]


class StatementPage(generic.InspectView):
    page_title = gettext_lazy("Bank statement")

    def get_context_data(self, **kwargs):
        lines = self.object.lines.select_related("payment__order").prefetch_related("tasks")
        return {**super().get_context_data(**kwargs), "statement": self.object, "lines": lines}


class StatementViewSet(PlainViewSet):
    """What the bank said stays as it is."""

    model = BankStatement
    name = "bank-statements"
    icon = "table"
    menu_label = gettext_lazy("Bank statements")
    menu_order = 122
    add_to_admin_menu = True
    pages = {"index", "index_results", "inspect"}
    index_view_class = StatementIndexView
    inspect_view_class = StatementPage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/bank_statement.html"
    search_fields = ["file_name"]

    @property
    def permission_policy(self):
        return OrdersPolicy(self.model)

    def get_urlpatterns(self):
        importing = ImportStatement.as_view(permission_policy=self.permission_policy)
        return [*super().get_urlpatterns(), path("import/", importing, name="import")]


class FormatViewSet(PlainViewSet):
    """A mapping that went wrong is deleted; the next statement of the bank asks for it again."""

    model = BankFormat
    name = "bank-formats"
    icon = "list-ul"
    menu_label = gettext_lazy("Columns of banks")
    menu_order = 712
    add_to_settings_menu = True
    pages = {"index", "index_results", "delete"}
    closed = frozenset()
    list_display = ["name", "date", "label", "amount", "credit"]
