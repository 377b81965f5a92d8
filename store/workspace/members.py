"""Who works for the cooperative: seen by all who manage it, changed by them."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.cooperatives.models import LANGUAGES
from catalog.members import actions
from catalog.members.errors import LastManager
from catalog.members.models import CooperativeMember, Invitation, Role
from catalog.phones import TELEPHONE, MoroccanPhoneField

from ..flows.invite import invite
from ..flows.mails import invitation_link
from ..permissions import Deed, colleague_of, colleagues_of, invitation_of, invitations_of
from .door import for_members


class InviteForm(forms.Form):
    """Whom to ask, and how they are reached: by telephone, by e-mail or both."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    phone = MoroccanPhoneField(
        label=gettext_lazy("Telephone"), required=False, widget=forms.TextInput({**TELEPHONE, "autocomplete": "off"})
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=150,
        required=False,
        widget=forms.EmailInput({"autocomplete": "off", "dir": "ltr"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("What they do"), choices=Role.choices, initial=Role.SELLER, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the invitation"), choices=LANGUAGES)

    def clean(self):
        answers = super().clean()
        if not self.errors and not (answers.get("phone") or answers.get("email")):
            self.add_error("phone", _("Give a telephone or an e-mail, so that the link reaches somebody."))
        return answers


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("What they do"), choices=Role.choices, widget=forms.RadioSelect)


METHODS = ("GET", "HEAD", "POST")
#: Invitations that one cooperative may have open at a time.
MOST_OPEN = 20


@for_members(Deed.MANAGE_MEMBERS, methods=METHODS)
def members(request, member: CooperativeMember):
    language = translation.get_language()
    form = InviteForm(request.POST if request.method == "POST" else None, initial={"language": language})
    waiting = invitations_of(member).filter(ended_at=None, expires_at__gt=timezone.now())
    if request.method == "POST" and form.is_valid() and _has_room(waiting, form):
        invite(member.cooperative, by=request.user, **form.cleaned_data)
        told = (
            _("The link is on its way.") if form.cleaned_data["email"] else _("The link is ready: pass it on, below.")
        )
        messages.success(request, told)
        return redirect("workspace_members", member.cooperative.slug)
    context = {
        "page": "more",
        "form": form,
        "colleagues": colleagues_of(member),
        "invitations": [_passed_on(invitation, member) for invitation in waiting],
    }
    return render(request, "workspace/members.html", context, status=422 if form.errors else 200)


def _has_room(waiting, form: InviteForm) -> bool:
    """The shop is no way to write to strangers."""
    if waiting.count() < MOST_OPEN:
        return True
    form.add_error(None, _("Many invitations are open. Take some links back first."))
    return False


def _passed_on(invitation: Invitation, member: CooperativeMember) -> dict:
    """An invitation with its link, and the words that go with it in the language of whoever is invited."""
    link = invitation_link(invitation)
    with translation.override(invitation.language):
        words = _("%(cooperative)s asks you to work with it. Here you come in: %(link)s") % {
            "cooperative": member.cooperative.name,
            "link": link,
        }
    return {"invitation": invitation, "link": link, "words": words}


@for_members(Deed.MANAGE_MEMBERS, methods=METHODS)
def member(request, member: CooperativeMember, pk: int):
    """Give somebody another role, or let them go; asked on GET, done on POST."""
    colleague = colleague_of(member, pk)
    form = RoleForm(request.POST if "role" in request.POST else None, initial={"role": colleague.role})
    if request.method != "POST":
        return render(request, "workspace/member.html", {"colleague": colleague, "form": form})
    try:
        if "remove" in request.POST:
            actions.remove(colleague, by=request.user)
            messages.success(request, _("%(name)s works here no more.") % {"name": colleague})
        elif form.is_valid():
            is_there = actions.change_role(colleague, Role(form.cleaned_data["role"]))
            told = _("%(name)s has another role now.") if is_there else _("%(name)s works here no more.")
            messages.success(request, told % {"name": colleague})
        else:
            return render(request, "workspace/member.html", {"colleague": colleague, "form": form}, status=422)
    except LastManager:
        messages.error(request, _("There has to be a manager. Make somebody else one first."))
    if colleague.user_id == request.user.pk:  # whoever changed their own place may see less now
        return redirect("workspace")
    return redirect("workspace_members", member.cooperative.slug)


@for_members(Deed.MANAGE_MEMBERS, methods=("POST",))
def withdraw(request, member: CooperativeMember, pk: int):
    invitation = invitation_of(member, pk)
    if actions.withdraw(invitation):
        messages.success(request, _("The link for %(name)s is good no more.") % {"name": invitation.name})
    else:
        messages.error(request, _("This invitation had ended already."))
    return redirect("workspace_members", member.cooperative.slug)
