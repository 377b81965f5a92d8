from django import forms
from django.utils.translation import gettext_lazy

from .models import ContactOutcome


class ContactForm(forms.Form):
    """What came of calling the buyer of a part; `seen` counts the calls that were shown."""

    part = forms.IntegerField(min_value=1, max_value=2**62)
    outcome = forms.ChoiceField(choices=ContactOutcome.choices)
    note = forms.CharField(label=gettext_lazy("A word about it"), max_length=300, required=False)
    seen = forms.IntegerField(min_value=0, max_value=10_000)
