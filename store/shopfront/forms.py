from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.cooperatives.models import Cooperative


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
