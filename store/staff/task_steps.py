"""What is done about money to look at: taken on, matched, given back, ended."""

from decimal import Decimal

from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from catalog.admin_base import OperationView
from catalog.money import format_money
from catalog.rib import in_groups

from ..flows.cards.queue import goes_to_card
from ..flows.give_back import money_of
from ..flows.give_surplus_back import AccountChanged, AnotherPerson, give_surplus_back
from ..flows.set_aside import set_aside
from ..flows.take_money import AlreadyMatched, NotByTransfer, match_by_hand
from ..payments.bank import TO_BE_BORNE, Ending, MoneyTask, TaskKind
from ..payments.cards import DisputeStatus
from ..payments.methods import CARDS
from ..payments.models import Payment
from ..payments.tasks import TaskEnded, finish, take_on
from ..refunds.actions import needs_two
from ..statuses import PaymentStatus
from .bank_forms import FinishForm, MatchForm, SetAsideForm
from .forms import OF_A_PROVIDER, SurplusBackForm


def task_at(pk: int) -> MoneyTask:
    return get_object_or_404(
        MoneyTask.objects.select_related(
            "order", "owner", "line__statement", "line__payment__order", "done_by", "attempt", "dispute", "card_refund"
        ),
        pk=pk,
    )


def task_url(task: MoneyTask) -> str:
    return reverse("money-tasks:inspect", args=[task.pk])


def deed_of(task: MoneyTask) -> str:
    """The name of the page where a task ends; empty where it ends by itself, or with what is paid back."""
    if task.kind in TO_BE_BORNE:
        lost = task.dispute is None or (task.dispute.status == DisputeStatus.LOST and task.dispute.is_withdrawn)
        return "bear" if lost else ""
    if task.is_surplus:
        return "" if goes_to_card(task) else "give_back"
    if task.kind == TaskKind.REFUND_FAILED and money_of(task.part).owed > 0:
        return ""
    return "finish"


def orders_that_wait_for(amount: Decimal) -> list[str]:
    """Numbers and names of orders that such a transfer would pay, a handful at most."""
    awaited = Payment.objects.filter(part=None, status=PaymentStatus.EXPECTED, amount=amount).select_related("order")
    return [f"{payment.order.number} ({payment.order.name})" for payment in awaited.order_by("pk")[:5]]


class TakeOn(PermissionCheckedMixin, View):
    """Make a task one's own; only ever by POST."""

    permission_policy = None
    permission_required = "view"  # of the orders' own policy
    http_method_names = ["post"]

    def post(self, request, pk):
        task = task_at(pk)
        try:
            take_on(task, owner=request.user)
        except TaskEnded:
            messages.error(request, _("Somebody has done this already."))
        else:
            messages.success(request, _("This is yours now, until %(day)s.") % {"day": task.due_on})
        return redirect(task_url(task))


class TaskOperation(OperationView):
    permission_required = "view"
    model = MoneyTask

    def get_object(self):
        return task_at(self.pk)

    @property
    def back_url(self):
        return task_url(self.object)

    @property
    def crumbs(self):
        return [{"url": reverse("money-tasks:index"), "label": _("Money to look at")}, *super().crumbs]


class Match(TaskOperation):
    form_class = MatchForm
    page_title = gettext_lazy("Match with an order")
    submit_button_label = gettext_lazy("Match with this order")

    @property
    def explanation(self):
        told = [
            _("%(amount)s came.") % {"amount": format_money(self.object.amount)},
            _("The money is booked on the order. If it pays the order, its parts are confirmed and the buyer is told."),
        ]
        if fitting := orders_that_wait_for(self.object.amount):
            told.append(_("These orders wait for as much: %(orders)s.") % {"orders": ", ".join(fitting)})
        return " ".join(told)

    def get_initial(self):
        return {"number": self.object.order.number} if self.object.order else {}

    def form_valid(self, form):
        order = form.cleaned_data["number"]
        if not self.object.line:
            form.add_error("number", _("No line of a statement belongs to this: there is nothing to match."))
            return self.form_invalid(form)
        try:
            match_by_hand(self.object.line, order, by=self.request.user, because=form.cleaned_data["because"])
        except AlreadyMatched:
            messages.error(self.request, _("Somebody has matched this money or set it aside already."))
        except NotByTransfer:
            form.add_error("number", _("This order is not paid by transfer."))
            return self.form_invalid(form)
        else:
            messages.success(self.request, _("The money is matched with order %(number)s.") % {"number": order.number})
        return redirect(self.back_url)


class Finish(TaskOperation):
    page_title = gettext_lazy("Done")
    submit_button_label = gettext_lazy("It is done")

    @property
    def is_nobodys(self) -> bool:
        return self.object.kind == TaskKind.UNKNOWN_REFERENCE

    def get_form_class(self):
        return SetAsideForm if self.is_nobodys else FinishForm

    @property
    def explanation(self):
        if self.object.kind == TaskKind.HELD:
            return _("Give it back at the provider first. Then say how it ended, with the reference of the refund.")
        if not self.is_nobodys:
            return _("Say how it ended.")
        return _("%(amount)s are set aside: they can be matched with no order any more.") % {
            "amount": format_money(self.object.amount)
        }

    def dispatch(self, request, *args, **kwargs):
        if self.object.is_surplus:  # it is in the books, and ends there
            return redirect("money-tasks:give_back", self.pk)
        if deed_of(self.object) != "finish":
            return redirect(self.back_url)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        answers = form.cleaned_data
        try:
            if self.is_nobodys:
                ending, cooperative = Ending(answers["ending"]), answers["cooperative"]
                set_aside(
                    self.object, ending, because=answers["because"], by=self.request.user, cooperative=cooperative,
                    provider=answers["provider"],
                )  # fmt: skip
            else:
                finish(self.object, because=answers["because"], by=self.request.user)
        except TaskEnded:
            messages.error(self.request, _("Somebody has done this already."))
        else:
            messages.success(self.request, _("It is written down."))
        return redirect(self.back_url)


class GiveBack(TaskOperation):
    form_class = SurplusBackForm
    page_title = gettext_lazy("It was given back")
    submit_button_label = gettext_lazy("The buyer has it back")

    def dispatch(self, request, *args, **kwargs):
        if deed_of(self.object) != "give_back":
            return redirect(self.back_url)
        return super().dispatch(request, *args, **kwargs)

    @property
    def explanation(self):
        task, amount = self.object, {"amount": format_money(self.object.amount)}
        told = [_("Give %(amount)s back, then write it down here.") % amount]
        if self.is_by_card:
            told = [
                _("Give %(amount)s back to the card in the provider’s back office, then note its reference.") % amount
            ]
        if task.rib:
            told.append(_("The buyer wants it on the account %(rib)s.") % {"rib": in_groups(task.rib)})
        if task.line and task.line.sender:
            told.append(_("%(sender)s sent it.") % {"sender": task.line.sender})
        if needs_two(task.amount):
            told.append(_("So large an amount is written down by somebody else than its owner."))
        return " ".join(told)

    @property
    def is_by_card(self) -> bool:
        """Staff send it to the card at a provider that does not do so when we say it."""
        task = self.object
        return task.attempt is not None and not task.rib and not CARDS[task.attempt.provider].refunds_itself

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if self.is_by_card:
            form.fields["reference"].help_text = OF_A_PROVIDER
        return form

    def get_initial(self):
        return {"seen": self.object.rib}

    def form_valid(self, form):
        answers = form.cleaned_data
        try:
            give_surplus_back(self.object, reference=answers["reference"], by=self.request.user, seen=answers["seen"])
        except AccountChanged:
            form.add_error("reference", _("The buyer has given another account meanwhile. Open this page anew."))
            return self.form_invalid(form)
        except AnotherPerson:
            form.add_error("reference", _("Somebody else than the owner has to write this down. Nothing was written."))
            return self.form_invalid(form)
        except TaskEnded:
            messages.error(self.request, _("Somebody has done this already."))
        else:
            messages.success(self.request, _("It is written down that the buyer has the money."))
        return redirect(self.back_url)
