"""The page where a cooperative asks to sell here. Of one person, because the form has a token: never cached."""

from django import forms
from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.models import Revision

from catalog.cooperatives.models import LANGUAGES
from catalog.evidence.files import EvidenceFileField
from catalog.phones import TELEPHONE, MoroccanPhoneField
from cms.models import LegalKind, revision_in_force

from ..applications.models import MOST_FILES
from ..flows.applications import apply
from ..limits import is_sent, limited

#: After the address of the page: the application came.
THANKS = "merci"


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(EvidenceFileField):
    """Some photos or PDFs, chosen at once."""

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most %(most)s files.") % {"most": MOST_FILES})
        return [super(FilesField, self).clean(file, initial) for file in files]


class ApplicationForm(forms.Form):
    """Who asks, for which cooperative, and that it keeps to the charter."""

    legal_name = forms.CharField(
        label=gettext_lazy("Name of the cooperative, as it is registered"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write the name of the cooperative.")},
    )
    makes = forms.CharField(
        label=gettext_lazy("What it makes"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        help_text=gettext_lazy("In a few words: honey, oils, plants…"),
        error_messages={"required": gettext_lazy("Say what the cooperative makes.")},
    )
    commune = forms.CharField(
        label=gettext_lazy("Commune or town"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write the name of your commune or town.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Say who is writing.")},
    )
    phone = MoroccanPhoneField(
        label=gettext_lazy("Telephone"),
        widget=forms.TextInput(TELEPHONE),
        help_text=gettext_lazy("We call this number."),
        error_messages={"required": gettext_lazy("Say at which number we can reach you.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=150,
        required=False,
        widget=forms.EmailInput({"autocomplete": "email", "dir": "ltr"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language in which we write to you"), choices=LANGUAGES)
    files = FilesField(
        label=gettext_lazy("Papers, if you have some at hand"),
        required=False,
        widget=SeveralFiles({"accept": "image/*,application/pdf", "multiple": True}),
        help_text=gettext_lazy("Up to three photos or PDFs: register of cooperatives, sanitary approval…"),
    )
    charter = forms.BooleanField(
        label=gettext_lazy("The cooperative accepts the charter"),
        error_messages={"required": gettext_lazy("Whoever sells here keeps to the charter.")},
    )
    #: People do not see it; programs that fill in every field do.
    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, data=None, *args, charter: Revision | None, **kwargs):
        """`charter`: the one in force. It is accepted only if it is what the page showed (`charter_seen`)."""
        super().__init__(data, *args, **kwargs)
        self.accepted_charter = charter
        if charter is None:
            del self.fields["charter"]
        elif data is not None and data.get("charter") and data.get("charter_seen") != str(charter.pk):
            self.data = {name: value for name, value in data.items() if name != "charter"}
            self.fields["charter"].error_messages["required"] = _(
                "The charter has changed since you opened this page. Read it and accept it again."
            )

    @property
    def is_from_a_program(self) -> bool:
        return bool(self.data.get("website"))


@limited("application", counts=is_sent)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application(request):
    charter = revision_in_force(LegalKind.CHARTER)
    if not is_sent(request):
        came = THANKS in request.GET
        return _shown(request, None if came else ApplicationForm(charter=charter, initial={"language": get_language()}))
    form = ApplicationForm(request.POST, request.FILES, charter=charter)
    if not form.is_valid():
        return _shown(request, form, status=422)
    if not form.is_from_a_program:
        written = {name: value for name, value in form.cleaned_data.items() if name not in ("website", "charter")}
        apply(charter_revision=form.accepted_charter, **written)
    return HttpResponseRedirect(f"{reverse('apply')}?{THANKS}=1", status=303)


def _shown(request, form: ApplicationForm | None, *, status: int = 200):
    """Without a form, the thanks."""
    context = {"form": form, "days_kept": settings.APPLICATION_DAYS}
    return render(request, "shopfront/apply.html", context, status=status)
