"""Who works for which cooperative, in Wagtail's admin: staff invite the first member, and can remove anybody."""

import django_filters
from django import forms
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.log_actions import log

from catalog.admin_base import OperationView, PlainViewSet, ReadAlong
from catalog.cooperatives.models import Cooperative
from catalog.members import actions
from catalog.members.models import CooperativeMember, Invitation

from ..flows.invite import invite
from ..flows.mails import invitation_link
from ..permissions import may_enter_the_admin
from .applications import ApplicationViewSet

LINK_MADE = "store.link_for_a_password_made"
#: It becomes a user name.
LONGEST_EMAIL = 150


class InvitationForm(WagtailAdminModelForm):
    class Meta(WagtailAdminModelForm.Meta):
        model = Invitation
        fields = ["cooperative", "name", "phone", "email", "role", "language"]
        help_texts = {
            "phone": gettext_lazy("With it the link is passed on by WhatsApp, and the person logs in."),
            "email": gettext_lazy("The link is sent there. A telephone or an e-mail is needed."),
        }

    def clean_email(self):
        email = self.cleaned_data["email"]
        if len(email) > LONGEST_EMAIL:
            raise ValidationError(_("At most %(longest)s letters.") % {"longest": LONGEST_EMAIL})
        return email

    def clean(self):
        answers = super().clean()
        if not self.errors and not (answers.get("phone") or answers.get("email")):
            raise ValidationError(_("Give a telephone or an e-mail, so that the link reaches somebody."))
        return answers

    def save(self, commit=True):
        self.instance = invite(by=self.for_user, **self.cleaned_data)
        return self.instance


def state_of(invitation: Invitation) -> str:
    if invitation.outcome:
        return invitation.get_outcome_display()
    return _("waits") if invitation.is_open else _("too old")


class OfOneCooperative(WagtailFilterSet):
    cooperative = django_filters.ModelChoiceFilter(
        queryset=Cooperative.objects.all(),
        label=gettext_lazy("Cooperative"),
        widget=forms.RadioSelect,
        empty_label=None,
    )


class InvitationFilterSet(OfOneCooperative):
    class Meta:
        model = Invitation
        fields = ["cooperative"]


class MemberFilterSet(OfOneCooperative):
    class Meta:
        model = CooperativeMember
        fields = ["cooperative"]


class InvitationIndexView(ReadAlong):
    related = ("cooperative",)
    default_ordering = "-at"

    @cached_property
    def columns(self):
        return [
            TitleColumn("name", label=_("Name"), sort_key="name", get_url=self.get_inspect_url),
            Column("cooperative", label=_("Cooperative")),
            Column("role", label=_("Role"), accessor="get_role_display"),
            DateColumn("at", label=_("Invited"), sort_key="at"),
            StatusTagColumn("outcome", label=_("Status"), accessor=state_of, primary=lambda row: row.is_open),
        ]


class InvitationPage(generic.InspectView):
    def get_queryset(self):
        return super().get_queryset().select_related("cooperative", "by")

    def get_context_data(self, **kwargs):
        invitation = self.object
        shown = {"invitation": invitation, "state": state_of(invitation), "link": invitation_link(invitation)}
        return {**super().get_context_data(**kwargs), **shown}


class WithdrawInvitation(PermissionCheckedMixin, View):
    """Only ever by POST."""

    permission_policy = None
    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request, pk):
        invitation = get_object_or_404(Invitation, pk=pk)
        if actions.withdraw(invitation):
            messages.success(request, _("The link for %(name)s is good no more.") % {"name": invitation.name})
        else:
            messages.error(request, _("This invitation had ended already."))
        return redirect("invitations:inspect", pk)


class InvitationCreateView(generic.CreateView):
    def get_edit_url(self):
        """Where its link is."""
        return reverse("invitations:inspect", args=[self.object.pk])

    def get_success_url(self):
        return self.get_edit_url()

    def get_success_buttons(self):
        return []


class InvitationViewSet(PlainViewSet):
    """What was sent is never edited: it is withdrawn, and another one made."""

    model = Invitation
    name = "invitations"
    icon = "mail"
    menu_label = gettext_lazy("Invitations")
    pages = {"index", "index_results", "add", "inspect"}
    index_view_class = InvitationIndexView
    add_view_class = InvitationCreateView
    inspect_view_class = InvitationPage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/invitation.html"
    form_class = InvitationForm
    filterset_class = InvitationFilterSet
    search_fields = ["name", "phone", "email"]

    def get_urlpatterns(self):
        withdraw = WithdrawInvitation.as_view(permission_policy=self.permission_policy)
        return [*super().get_urlpatterns(), path("<int:pk>/withdraw/", withdraw, name="withdraw")]


class MemberIndexView(ReadAlong):
    related = ("cooperative", "user")
    default_ordering = "-joined_at"

    def get_base_queryset(self):
        return super().get_base_queryset().current()

    def search_queryset(self, queryset):
        if not self.is_searching:
            return queryset
        words, found = self.search_query.strip(), Q()
        for field in ("username", "first_name", "last_name", "email", "phone"):
            found |= Q(**{f"user__{field}__icontains": words})
        return queryset.filter(found)

    @cached_property
    def columns(self):
        return [
            TitleColumn("user", label=_("Name"), accessor=str, get_url=self.removal_url),
            Column("cooperative", label=_("Cooperative")),
            Column("role", label=_("Role"), sort_key="role", accessor="get_role_display"),
            DateColumn("joined_at", label=_("Since"), sort_key="joined_at"),
            TitleColumn(
                "password", label=_("Password"), accessor=lambda _row: _("Forgotten…"), get_url=self.password_url
            ),
        ]

    def password_url(self, member: CooperativeMember) -> str:
        return reverse("members:new_password", args=[member.pk])

    def removal_url(self, member: CooperativeMember) -> str:
        return reverse("members:remove", args=[member.pk])


class NothingForm(forms.Form):
    """There is nothing to say but yes."""


class RemoveMember(OperationView):
    model = CooperativeMember
    form_class = NothingForm
    page_title = gettext_lazy("Remove a member")
    submit_button_label = gettext_lazy("Remove")
    explanation = gettext_lazy(
        "From the next page on they see nothing of the cooperative. What they did keeps their name."
    )

    @property
    def back_url(self):
        return reverse("members:index")

    def form_valid(self, form):
        actions.remove(self.object, by=self.request.user, keeps_a_manager=False)
        told = _("%(name)s works for %(cooperative)s no more.")
        messages.success(self.request, told % {"name": self.object, "cooperative": self.object.cooperative})
        return redirect(self.back_url)


class NewPassword(OperationView):
    """Staff make a link for somebody who has forgotten their password, and pass it on. They never see a password."""

    model = CooperativeMember
    form_class = NothingForm
    template_name = "admin_pages/new_password.html"
    page_title = gettext_lazy("A new password")
    submit_button_label = gettext_lazy("Make a link")
    explanation = gettext_lazy(
        "Be sure that you speak with this person: whoever has the link chooses the password. It is good once, for a day."
    )

    @property
    def back_url(self):
        return reverse("members:index")

    def form_valid(self, form):
        user = self.object.user
        if may_enter_the_admin(user):
            messages.error(self.request, _("Somebody who enters the back office is given a password there."))
            return redirect(self.back_url)
        log(instance=self.object, action=LINK_MADE, user=self.request.user)
        uid = urlsafe_base64_encode(str(user.pk).encode())
        asked = self.object.invitations.first()
        with translation.override(asked.language if asked else settings.LANGUAGE_CODE):
            path = reverse("workspace_new_password", args=[uid, default_token_generator.make_token(user)])
        return self.render_to_response(self.get_context_data(form=form, link=settings.SITE_URL + path))


class MemberViewSet(PlainViewSet):
    """Members come by invitation, so nobody is added here."""

    model = CooperativeMember
    name = "members"
    icon = "group"
    menu_label = gettext_lazy("Members")
    pages = {"index", "index_results"}
    closed = {"add", "delete"}
    index_view_class = MemberIndexView
    filterset_class = MemberFilterSet
    search_fields = ["user__username"]  # the box of the list; it searches by itself

    def get_urlpatterns(self):
        pages = {"remove": RemoveMember, "new_password": NewPassword}
        return [
            *super().get_urlpatterns(),
            *[
                path(f"<int:pk>/{name}/", view.as_view(permission_policy=self.permission_policy), name=name)
                for name, view in pages.items()
            ],
        ]


class PeopleGroup(ViewSetGroup):
    """Who works for the cooperatives, and which ones want to join."""

    menu_label = gettext_lazy("Members")
    menu_icon = "group"
    menu_order = 155
    items = (MemberViewSet, InvitationViewSet, ApplicationViewSet)
