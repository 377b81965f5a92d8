"""What is asked of staff who import a statement."""

import base64
import binascii

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.cooperatives.models import Cooperative
from catalog.text_folding import fold

from ..orders.models import Order
from ..payments.bank import BankFormat, Ending
from ..payments.statements import COLUMNS, LARGEST_FILE
from .cards.words import provider_choices


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Statement of the bank"),
        help_text=gettext_lazy("A CSV file, up to 1 MB. Nothing is written before you have seen every line."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 1 MB. Export fewer days at a time."))
        return file


class SeenForm(forms.Form):
    """A file that was looked at comes back with the next step: nothing of it is kept here meanwhile."""

    content = forms.CharField(widget=forms.HiddenInput, max_length=LARGEST_FILE * 2)
    file_name = forms.CharField(widget=forms.HiddenInput, max_length=120, required=False)

    def clean_content(self) -> bytes:
        try:
            return base64.b64decode(self.cleaned_data["content"], altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise forms.ValidationError(_("Send the file again.")) from error


def packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()


class ColumnsForm(forms.ModelForm):
    """Which column of a new bank is what; asked once."""

    class Meta:
        model = BankFormat
        fields = ["name", *COLUMNS]
        labels = {
            "name": gettext_lazy("Name of the bank"),
            "date": gettext_lazy("Column of the day"),
            "label": gettext_lazy("Column of the label"),
            "amount": gettext_lazy("Column of the amount, below zero for money that goes"),
            "credit": gettext_lazy("Or: column of what comes"),
            "debit": gettext_lazy("and column of what goes"),
            "sender": gettext_lazy("Column of the sender (optional)"),
            "number": gettext_lazy("Column of the bank's own number of the operation (optional)"),
        }
        help_texts = {
            "number": gettext_lazy(
                "It tells two equal transfers of a day apart; without it the second counts as doubled."
            ),
        }

    def __init__(self, *args, header: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        names = list({fold(cell): cell[:80] for cell in reversed(header) if fold(cell)}.values())[::-1]
        for name in COLUMNS:
            field = self.fields[name]
            self.fields[name] = forms.ChoiceField(
                label=field.label, help_text=field.help_text, required=field.required,
                choices=[("", "—"), *((cell, cell) for cell in names)],
            )  # fmt: skip

    def clean(self):
        answers = super().clean()
        if bool(answers.get("amount")) == bool(answers.get("credit")):
            self.add_error("amount", _("Say where the amount is: in one column, or in that of what comes."))
        elif answers.get("amount") and answers.get("debit"):
            self.add_error("debit", _("A column of what goes belongs to one of what comes."))
        return answers


class MatchForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Number of the order"), max_length=20, help_text=gettext_lazy("For example TW-1234567.")
    )
    because = forms.CharField(
        label=gettext_lazy("How you know"), max_length=200, help_text=gettext_lazy("Kept in the books.")
    )

    def clean_number(self) -> Order:
        order = Order.objects.filter(number__iexact=self.cleaned_data["number"].strip()).first()
        if order is None:
            raise forms.ValidationError(_("No order has this number."))
        return order


class FinishForm(forms.Form):
    because = forms.CharField(label=gettext_lazy("How it ended"), max_length=300)


class SetAsideForm(forms.Form):
    """How money ended that is no order's."""

    ending = forms.ChoiceField(label=gettext_lazy("How it ended"), choices=Ending.choices, widget=forms.RadioSelect)
    cooperative = forms.ModelChoiceField(
        Cooperative.objects.all(), label=gettext_lazy("Cooperative"), required=False,
        help_text=gettext_lazy("Where a cooperative paid: which one."),
    )  # fmt: skip
    provider = forms.ChoiceField(
        label=gettext_lazy("Card provider"), choices=[], required=False,
        help_text=gettext_lazy("Where a card provider paid out: which one."),
    )  # fmt: skip
    because = forms.CharField(
        label=gettext_lazy("In your words"),
        max_length=300,
        help_text=gettext_lazy("For example: given back by transfer on the 3rd; the federation's own money."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].choices = [("", "—"), *provider_choices()]

    def clean(self):
        answers = super().clean()
        is_theirs = answers.get("ending") == Ending.PAID_BY_COOPERATIVE
        if is_theirs and not answers.get("cooperative") and not self.has_error("cooperative"):
            self.add_error("cooperative", _("Say which cooperative paid."))
        if not is_theirs:
            answers["cooperative"] = None
        is_paid_out = answers.get("ending") == Ending.PAID_BY_PROVIDER
        if is_paid_out and not answers.get("provider") and not self.has_error("provider"):
            self.add_error("provider", _("Say which provider paid out."))
        if not is_paid_out:
            answers["provider"] = ""
        return answers
