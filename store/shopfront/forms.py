from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from catalog.cooperatives.models import Cooperative
from catalog.text_folding import western_digits

from ..contact.models import Subject


class ListingForm(forms.Form):
    """What a list of products can be narrowed by. A value that makes no sense is left out, never an error."""

    q = forms.CharField(label=_("Search"), max_length=100, required=False)
    stock = forms.BooleanField(label=_("In stock"), required=False)
    sort = forms.ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=[
            ("new", _("Newest")),
            ("price", _("Lowest price")),
            ("-price", _("Highest price")),
            ("name", _("Name")),
        ],
    )

    def __init__(self, data, *, cooperatives: list[Cooperative]):
        super().__init__(data)
        self.cooperatives = {cooperative.slug: cooperative for cooperative in cooperatives}
        self.fields["cooperative"] = forms.ChoiceField(
            label=_("Cooperative"),
            required=False,
            choices=[("", _("All cooperatives")), *[(c.slug, c.name) for c in cooperatives]],
        )
        self.full_clean()

    @property
    def wishes(self) -> dict:
        """The filters that make sense, as `listing` takes them."""
        chosen = self.cleaned_data
        return {
            "query": chosen.get("q", ""),
            "cooperative": self.cooperatives.get(chosen.get("cooperative", "")),
            "in_stock": chosen.get("stock", False),
            "sort": chosen.get("sort") or "new",
        }


class AnyPhoneField(PhoneNumberField):
    """A number of any country, Moroccan where it names none, in Arabic digits too."""

    def to_python(self, value):
        return super().to_python(western_digits(value or ""))


class ContactForm(forms.Form):
    """A message to the shop, from somebody who says how to be answered."""

    subject = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[("", "—"), *Subject.choices],
        error_messages={"required": _("Choose what it is about.")},
    )
    order_number = forms.CharField(
        label=_("Order number"), max_length=20, required=False, widget=forms.TextInput({"dir": "ltr"})
    )
    text = forms.CharField(
        label=_("Your message"),
        max_length=4000,
        widget=forms.Textarea({"rows": 6, "dir": "auto"}),
        error_messages={"required": _("Write your message.")},
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Say who is writing.")},
    )
    email = forms.EmailField(
        label=_("E-mail"), required=False, widget=forms.EmailInput({"autocomplete": "email", "dir": "ltr"})
    )
    phone = AnyPhoneField(
        label=_("Telephone"),
        region="MA",
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel", "dir": "ltr"}),
        error_messages={"invalid": _("Write a number as you would dial it in Morocco, or with its country code.")},
    )
    #: People do not see it; programs that fill in every field do.
    website = forms.CharField(label=_("Leave this field empty"), required=False, widget=forms.TextInput({
        "tabindex": "-1", "autocomplete": "off",
    }))  # fmt: skip

    def clean(self):
        written = super().clean()
        if not written.get("email") and not written.get("phone") and not {"email", "phone"} & set(self.errors):
            self.add_error("email", _("Write an e-mail address or a telephone number, so that we can answer."))
        return written

    @property
    def is_from_a_program(self) -> bool:
        return bool(self.data.get("website"))
