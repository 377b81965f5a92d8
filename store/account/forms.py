from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.media.forms import PictureField
from catalog.rib import clean_rib

from ..orders.models import OrderLine
from ..orders.reasons import BUYER_REASONS, CancelReason
from ..refunds.models import ReturnReason


class CancelForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"),
        choices=[(reason.value, reason.label) for reason in BUYER_REASONS],
        initial=CancelReason.CHANGED_MIND,
    )


class ReturnForm(forms.Form):
    """How many units of which lines are to go back, and why."""

    reason = forms.ChoiceField(label=gettext_lazy("Why?"), choices=ReturnReason.choices)
    because = forms.CharField(
        label=gettext_lazy("In your words"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    photo = PictureField(label=gettext_lazy("A photo"), required=False, widget=forms.FileInput)

    def __init__(self, *args, lines: list[tuple[OrderLine, int]], **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = [(line, most) for line, most in lines if most]
        asked = {f"line_{line.pk}": self._units(line, most) for line, most in self.lines}
        for lone in asked.values() if len(asked) == 1 else ():
            lone.initial = 1  # it is meant, or the buyer would not be here
        self.fields = {**asked, **self.fields}

    @staticmethod
    def _units(line: OrderLine, most: int) -> forms.IntegerField:
        wrong = ngettext("You have %(most)s of it.", "You have %(most)s of it.", most) % {"most": most}
        asked = forms.IntegerField(
            label=f"{line.name} · {line.size_label}",
            min_value=0,
            max_value=most,
            initial=0,
            required=False,
            help_text=ngettext("How many of the %(most)s?", "How many of the %(most)s?", most) % {"most": most},
            error_messages={"min_value": wrong, "max_value": wrong, "invalid": _("Write a number.")},
        )
        asked.hides_optional = True
        return asked

    def clean(self):
        answers = super().clean()
        if not self.errors and not self.units:
            raise forms.ValidationError(_("Say how many you give back."))
        return answers

    @property
    def units(self) -> dict[int, int]:
        given = {line.pk: self.cleaned_data.get(f"line_{line.pk}") or 0 for line, _most in self.lines}
        return {line: count for line, count in given.items() if count}

    @property
    def picture(self) -> ContentFile | None:
        """Small, upright and without its metadata, as every picture that is kept."""
        file = self.cleaned_data.get("photo")
        return file.prepared[0] if file else None


class RibForm(forms.Form):
    """The bank account of a buyer."""

    rib = forms.CharField(
        label=gettext_lazy("Your RIB"),
        max_length=60,
        help_text=gettext_lazy("24 digits, as on your bank's paper. Spaces do not matter."),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr", "spellcheck": "false"}
        ),
    )

    def clean_rib(self) -> str:
        return clean_rib(self.cleaned_data["rib"])
