"""A telephone that several share: who is at work taps on their picture and gives their number."""

from allauth.account.utils import perform_login
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from catalog.media.forms import PictureField
from catalog.media.models import ShopImage
from catalog.members import shared_phones
from catalog.members.models import CooperativeMember, SharedPhone
from catalog.text_folding import western_digits

from ..limits import is_sent, limited
from ..permissions import ON_SHARED_PHONE, Deed, may_enter_the_admin, shared_phones_of
from .account import check_own_password
from .door import for_members

COOKIE = "shared_phone"
YEAR = 365 * 24 * 3600
METHODS = ("GET", "HEAD", "POST")


def phone_here(request) -> SharedPhone | None:
    """The shared telephone that asks, if it is one."""
    return shared_phones.phone_with(request.COOKIES.get(COOKIE, ""))


def _digits(label, autocomplete: str) -> forms.CharField:
    attrs = {"inputmode": "numeric", "autocomplete": autocomplete, "dir": "ltr", "pattern": "[0-9]*"}
    return forms.CharField(label=label, max_length=20, strip=True, widget=forms.PasswordInput(attrs))


class PinForm(forms.Form):
    """The number of whoever was tapped on."""

    pin = _digits(gettext_lazy("Your number"), "off")

    def __init__(self, *args, person: CooperativeMember, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_pin(self) -> str:
        pin = western_digits(self.cleaned_data["pin"])
        try:
            if shared_phones.is_pin_of(self.person, pin):
                return pin
        except shared_phones.PinSpent as error:
            told = _("This number was tried too often. Log in with your password, and choose another one.")
            raise forms.ValidationError(told) from error
        raise forms.ValidationError(_("This is not your number."))


@sensitive_post_parameters("pin")
@limited("log_in", counts=is_sent)
@never_cache
@require_http_methods(list(METHODS))
def who(request):
    """Who is at work? Asked on a shared telephone alone; elsewhere people log in with a password."""
    phone = phone_here(request)
    if phone is None:
        return redirect("workspace_log_in")
    people = [person for person in shared_phones.people_of(phone) if not may_enter_the_admin(person.user)]
    asked = request.POST.get("person") or request.GET.get("person", "")
    person = next((each for each in people if str(each.pk) == asked), None)
    form = PinForm(request.POST if is_sent(request) else None, person=person) if person else None
    if is_sent(request) and form and form.is_valid():
        return _let_in(request, phone, person)
    context = {"phone": phone, "people": people, "person": person, "form": form}
    return render(request, "workspace/who.html", context, status=422 if form and form.errors else 200)


def _let_in(request, phone: SharedPhone, person: CooperativeMember):
    answer = perform_login(request, person.user, redirect_url=reverse("workspace_today", args=[phone.cooperative.slug]))
    request.session[ON_SHARED_PHONE] = phone.pk
    request.session.set_expiry(settings.SHARED_PHONE_IDLE)
    return answer


class OwnPinForm(forms.Form):
    """The password is asked for: on a shared telephone nobody chooses the number of another."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        max_length=1_000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password", "dir": "ltr"}),
    )
    pin = _digits(gettext_lazy("A number of four to six digits"), "new-password")

    def __init__(self, *args, member: CooperativeMember, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_password(self) -> str:
        check_own_password(self.member.user, self.cleaned_data["password"])
        return self.cleaned_data["password"]

    def save(self) -> bool:
        try:
            shared_phones.set_pin(self.member, western_digits(self.cleaned_data["pin"]))
        except shared_phones.WeakPin:
            self.add_error("pin", _("Four to six digits, and not those that anybody tries first, such as 1234."))
            return False
        return True


class PortraitForm(forms.Form):
    portrait = PictureField(label=gettext_lazy("Your photo"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["portrait"].widget = forms.FileInput({"accept": "image/*", "capture": "user"})


@sensitive_post_parameters("password", "pin")
@limited("log_in", counts=is_sent)
@for_members(Deed.SEE_ORDERS, methods=METHODS)
def me(request, member: CooperativeMember):
    """One's photo and number for the telephones that the cooperative shares."""
    sends_photo = is_sent(request) and "photo" in request.POST
    pin = OwnPinForm(request.POST if is_sent(request) and not sends_photo else None, member=member)
    portrait = PortraitForm(request.POST if sends_photo else None, request.FILES if sends_photo else None)
    told = ""
    if sends_photo and portrait.is_valid():
        _show(member, portrait.cleaned_data["portrait"])
        told = _("This is you on the shared telephones.")
    elif pin.is_bound and pin.is_valid() and _may_have_a_pin(member, pin) and pin.save():
        told = _("With this number you say on a shared telephone that it is you.")
    if told:
        messages.success(request, told)
        return redirect("workspace_me", member.cooperative.slug)
    context = {"page": "more", "member": member, "pin": pin, "portrait": portrait}
    return render(request, "workspace/me.html", context, status=422 if is_sent(request) else 200)


def _may_have_a_pin(member: CooperativeMember, form: OwnPinForm) -> bool:
    if may_enter_the_admin(member.user):
        form.add_error("pin", _("You enter the admin too: four digits are not enough for that."))
        return False
    return True


def _show(member: CooperativeMember, file) -> None:
    image = ShopImage.sent_by(member.cooperative, file, title=str(member), by=member.user)
    CooperativeMember.objects.filter(pk=member.pk).update(portrait=image)


class PhoneForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What you call this telephone"),
        max_length=60,
        help_text=gettext_lazy("Such as: the telephone of the workshop."),
        error_messages={"required": gettext_lazy("Give it a name, so that you know it in the list.")},
    )


@for_members(Deed.MANAGE_MEMBERS, methods=METHODS)
def phones(request, member: CooperativeMember):
    """The shared telephones; the one in the hand becomes one of them."""
    ends = request.POST.get("end", "") if is_sent(request) else ""
    form = PhoneForm(request.POST if is_sent(request) and not ends else None)
    if ends:
        return _ended(request, member, ends)
    if is_sent(request) and form.is_valid():
        return _shared(request, member, form.cleaned_data["name"])
    here = phone_here(request)
    context = {
        "page": "more",
        "form": form,
        "phones": shared_phones_of(member),
        "here": here if here and here.cooperative_id == member.cooperative_id else None,
        "with_pin": CooperativeMember.objects.current()
        .filter(cooperative=member.cooperative_id)
        .exclude(pin="")
        .count(),
    }
    return render(request, "workspace/phones.html", context, status=422 if form.errors else 200)


def _shared(request, member: CooperativeMember, name: str):
    _phone, token = shared_phones.share(member.cooperative, name=name, by=request.user)
    messages.success(request, _("This telephone is shared now. Whoever has a number chooses themselves at the door."))
    answer = redirect("workspace_phones", member.cooperative.slug)
    answer.set_cookie(COOKIE, token, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return answer


def _ended(request, member: CooperativeMember, pk: str):
    phone = (
        shared_phones_of(member).filter(pk=int(pk)).first() if pk.isascii() and pk.isdigit() and len(pk) < 19 else None
    )
    if phone is None:
        raise Http404("this cooperative shares no such telephone")
    shared_phones.stop_sharing(phone)
    messages.success(request, _("“%(name)s” is shared no more.") % {"name": phone.name})
    return redirect("workspace_phones", member.cooperative.slug)
