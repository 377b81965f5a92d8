"""Many prices, lots and products at once, from a table: uploaded, looked at, applied."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.members.models import CooperativeMember
from catalog.spreadsheets.reading import Unreadable, tidy

from ..flows.import_table.apply import AppliedAlready, Faulty, Moved, apply, keep, plan_of, waiting
from ..flows.import_table.plan import Fault
from ..limits import is_sent, limited
from ..permissions import Deed, table_of
from ..tables.models import TableImport
from ..tables.sheet import LARGEST_FILE, Sheet, read_sheet
from .door import for_members

METHODS = ("GET", "HEAD", "POST")
#: Changes and faults on a page.
ON_A_PAGE = 100


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The table"),
        help_text=gettext_lazy("CSV or XLSX, up to 2 MB and 2,000 rows. Nothing changes before you have seen it all."),
        widget=forms.ClearableFileInput(
            {"accept": ".csv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        ),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )

    def clean(self):
        answers = super().clean()
        if (file := answers.get("file")) and not self.errors:
            try:
                self.sheet: Sheet = read_sheet(file.read(LARGEST_FILE + 1))
            except Unreadable as error:
                self.add_error("file", error.why)
        return answers


@for_members(Deed.IMPORT_TABLES, methods=METHODS)
@limited("table", counts=is_sent)
def upload(request, member: CooperativeMember):
    form = UploadForm(request.POST, request.FILES) if is_sent(request) else UploadForm()
    if is_sent(request) and form.is_valid():
        name = tidy(form.cleaned_data["file"].name)[:120] or _("table")
        kept = keep(form.sheet, cooperative=member.cooperative, by=request.user, file_name=name)
        return redirect("workspace_table", member.cooperative.slug, kept.pk)
    return render(request, "workspace/import.html", {"form": form}, status=422 if form.errors else 200)


@for_members(Deed.IMPORT_TABLES, methods=METHODS)
def table(request, member: CooperativeMember, pk: int):
    """Every change and every fault of an uploaded table; it is applied on POST."""
    table = table_of(member, pk)
    if is_sent(request) and (answer := _applied(request, member, table)):
        return answer
    if table.applied_at:
        return render(request, "workspace/table_applied.html", {"table": table})
    if not waiting(now=timezone.now()).filter(pk=table.pk).exists():
        messages.info(request, _("This table has waited too long. Send it once more."))
        return redirect("workspace_import", member.cooperative.slug)
    return _shown(request, table, status=409 if is_sent(request) else 200)


def _applied(request, member: CooperativeMember, table: TableImport):
    """Where whoever pressed the button goes; None where the table is shown anew."""
    try:
        count = apply(table, shown=request.POST.get("shown", "")[:64], by=request.user)
    except AppliedAlready:
        table.refresh_from_db()
        return None
    except Faulty:
        messages.error(request, _("Nothing was changed: some cells have to be put right first."))
        return None
    except Moved:
        messages.error(
            request, _("Nothing was changed: something is not as it was shown. This is what would change now.")
        )
        return None
    told = ngettext("%(count)s change is made.", "%(count)s changes are made.", count)
    messages.success(request, told % {"count": count})
    return redirect("workspace_table", member.cooperative.slug, table.pk)


def _shown(request, table: TableImport, *, status: int):
    what = plan_of(table)
    page = Paginator([*what.faults, *what.changes], ON_A_PAGE).get_page(request.GET.get("page", "")[:6])
    context = {
        "table": table,
        "plan": what,
        "left_out": table.sheet["left_out"],
        "shown": page,
        "faults": [item for item in page if isinstance(item, Fault)],
        "changes": [item for item in page if not isinstance(item, Fault)],
    }
    return render(request, "workspace/table.html", context, status=status)
