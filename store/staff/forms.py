from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm

from catalog.admin_base import ARABIC
from catalog.text_folding import fold

from ..delivery.models import Commune, Courier, DeliveryZone, Province, Region, ZoneArea
from ..delivery.places import communes_matching
from ..orders.reasons import STAFF_REASONS

NOTE = forms.CharField(
    label=gettext_lazy("Note"),
    max_length=200,
    required=False,
    help_text=gettext_lazy("Kept in the history of the part."),
)


class PaidBackForm(forms.Form):
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=60,
        help_text=gettext_lazy("Of the transfer, or of the receipt that the buyer signed."),
    )


#: Instead, where staff give money back to a card at its provider.
OF_A_PROVIDER = gettext_lazy("Of the refund, as the provider shows it.")


class SurplusBackForm(PaidBackForm):
    #: The account that was shown with the form.
    seen = forms.CharField(max_length=24, required=False, widget=forms.HiddenInput)


class MoveForm(forms.Form):
    """Where a part goes next, with what staff want to remember about it."""

    to = forms.CharField(max_length=12)
    note = NOTE
    # Asked where a parcel leaves.
    courier = forms.ModelChoiceField(Courier.objects.filter(is_active=True), required=False)
    tracking = forms.CharField(max_length=60, required=False)


class CancelForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", "—"), *[(reason.value, reason.label) for reason in STAFF_REASONS]]
    )
    note = NOTE
    is_sure = forms.BooleanField(label=gettext_lazy("Yes, cancel this part; the buyer and the cooperative are told."))


class ZoneForm(WagtailAdminModelForm):
    """A zone with its places. A region or province stands for all its communes; the narrowest place decides."""

    regions = forms.ModelMultipleChoiceField(
        Region.objects.all(), label=gettext_lazy("Regions"), required=False, widget=forms.CheckboxSelectMultiple
    )
    provinces = forms.ModelMultipleChoiceField(
        Province.objects.select_related("region").order_by("region", "name"),
        label=gettext_lazy("Provinces"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 12}),
    )
    communes = forms.CharField(
        label=gettext_lazy("Communes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One on each line; if several bear the name, add the province: Ouislane (Meknès)."),
    )

    class Meta(WagtailAdminModelForm.Meta):
        model = DeliveryZone
        fields = ["name_fr", "name_ar", "name_en", "price", "days_min", "days_max", "cash_ceiling"]
        widgets = {"name_ar": forms.TextInput(attrs=ARABIC)}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name_fr"].required = True
        if self.instance.pk:
            areas = list(self.instance.areas.select_related("commune__province"))
            self.initial["regions"] = [area.region_id for area in areas if area.region_id]
            self.initial["provinces"] = [area.province_id for area in areas if area.province_id]
            self.initial["communes"] = "\n".join(
                f"{area.commune.name} ({area.commune.province.name})" for area in areas if area.commune_id
            )

    def clean_communes(self):
        lines = [line.strip() for line in self.cleaned_data["communes"].splitlines()]
        return list({commune.pk: commune for commune in (_commune(line) for line in lines if line)}.values())

    def clean(self):
        answers = super().clean()
        days_min, days_max = answers.get("days_min"), answers.get("days_max")
        if days_min is not None and days_max is not None and days_min > days_max:
            self.add_error("days_max", _("This is less than the least number of days."))
        for field, place in (("regions", "region"), ("provinces", "province"), ("communes", "commune")):
            taken = ZoneArea.objects.filter(**{f"{place}__in": answers.get(field) or []}).exclude(zone=self.instance.pk)
            for area in taken.select_related("zone", place):
                self.add_error(
                    field, _("%(place)s belongs to the zone “%(zone)s” already.") % {"place": area, "zone": area.zone}
                )
        return answers

    @transaction.atomic
    def save(self, commit=True):
        zone = super().save(commit)
        places = {"region": "regions", "province": "provinces", "commune": "communes"}
        for place, field in places.items():
            wanted = {row.pk for row in self.cleaned_data[field]}
            held = zone.areas.filter(**{f"{place}__isnull": False})
            held.exclude(**{f"{place}__in": wanted}).delete()
            for pk in wanted - set(held.values_list(place, flat=True)):
                zone.areas.create(**{f"{place}_id": pk})
        return zone


def _commune(line: str) -> Commune:
    """The one commune that this line names, such as `Ouislane (Meknès)`."""
    name, _parenthesis, province = line.partition("(")
    wanted, within = fold(name), fold(province)
    same = [
        commune
        for commune in communes_matching(name)
        if wanted in _names(commune) and (not within or within in _names(commune.province))
    ]
    if len(same) == 1:
        return same[0]
    if same:
        choices = ", ".join(f"{commune.name} ({commune.province.name})" for commune in same)
        raise forms.ValidationError(
            _("Several communes are called “%(name)s”: %(choices)s.") % {"name": line, "choices": choices}
        )
    raise forms.ValidationError(_("No commune is called “%(name)s”.") % {"name": line})


def _names(place: Commune | Province) -> list[str]:
    return [fold(name) for name in (place.name_fr, place.name_ar) if name]
