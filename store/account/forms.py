from django import forms
from django.utils.translation import gettext_lazy as _

from ..orders.reasons import BUYER_REASONS, CancelReason


class CancelForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=[(reason.value, reason.label) for reason in BUYER_REASONS],
        initial=CancelReason.CHANGED_MIND,
    )
