"""A lot is called back: who has it, whom to call, and how far that has come. Telephones are shown at a touch, and logged."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from catalog.members.models import CooperativeMember

from ..flows.recall import show_telephones
from ..flows.recall_page import act, page_of
from ..permissions import Deed, may, recall_of
from ..recalls.errors import RecallClosed
from ..recalls.models import Recall
from .door import for_members


@for_members(Deed.RECALL, methods=("GET", "HEAD", "POST"))
def recall(request, member: CooperativeMember, pk: int):
    recall = recall_of(member, pk)
    if request.method == "POST":
        return _done(request, member, recall)
    return _shown(request, recall)


def _done(request, member: CooperativeMember, recall: Recall):
    if "close" in request.POST and not may(member, Deed.BLOCK_LOTS):
        return render(request, "workspace/not_yours.html", status=403)
    try:
        if told := act(recall, request.POST, by=request.user):
            (messages.success if told.is_done else messages.info)(request, told.words)
        if "shown" in request.POST:
            # Answered at once, not after another question: what is shown is what was logged.
            return _shown(request, recall, with_telephones=True)
    except RecallClosed:
        messages.info(request, _("This recall is closed by now. Nothing was changed."))
    return redirect("workspace_recall", member.cooperative.slug, recall.lot_id)


def _shown(request, recall: Recall, *, with_telephones: bool = False):
    asked = request.POST if request.method == "POST" else request.GET
    shown = page_of(recall, recall.lot, asked.get("page", ""))
    if with_telephones:
        show_telephones(recall, shown.to_tell, by=request.user)
    context = {"page": "stock", "recall": recall, "lot": recall.lot, "shown": shown, "with_telephones": with_telephones}
    return render(request, "workspace/recall.html", context)
