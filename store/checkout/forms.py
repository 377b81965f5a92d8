from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from catalog.phones import PhoneField
from catalog.products.models import ProductSale, Variant
from catalog.text_folding import western_digits

from ..cart.actions import MOST_UNITS
from ..delivery.models import Commune
from ..delivery.places import communes_matching, the_commune
from ..delivery.prices import DeliveryMethod
from ..payments.methods import CASH, METHODS, PaymentMethod
from ..vouchers.codes import MOST_TYPED


class AddToCartForm(forms.Form):
    variant = forms.IntegerField(min_value=1, max_value=2**62)
    quantity = forms.IntegerField(min_value=1, max_value=MOST_UNITS, required=False)

    def clean(self):
        chosen = super().clean()
        if pk := chosen.get("variant"):
            on_sale = Variant.objects.filter(pk=pk, is_active=True, product__sale__in=ProductSale.objects.on_sale())
            chosen["variant"] = on_sale.select_related("product__sale").first()
        return chosen


class QuantityForm(forms.Form):
    """How many of a cart line; 0 takes it out."""

    quantity = forms.IntegerField(
        min_value=0,
        max_value=MOST_UNITS,
        error_messages={
            "required": _("Say how many you want; 0 takes it out."),
            "invalid": _("Say how many you want as a number."),
            "min_value": _("Say how many you want as a number."),
            "max_value": _("At most %(limit_value)s of one product. For more, write to the cooperative."),
        },
    )


class CommuneField(forms.Field):
    """A commune, typed as people write it and, where several match, chosen from a list.

    Two inputs: `<name>` is the code of the chosen one, `<name>_text` what was typed. `value` is `(code, text)`.
    """

    def __init__(self, **kwargs):
        super().__init__(widget=CommuneWidget(), **kwargs)
        self.choices_shown: list[Commune] = []

    def clean(self, value):
        code, text = value or ("", "")
        chosen = Commune.objects.select_related("province__region").filter(code=code).first() if code else None
        if chosen and (not text or chosen in communes_matching(text) or text == label_of(chosen)):
            return chosen
        if not text:
            if self.required:
                raise forms.ValidationError(_("Write the name of your commune or town."), code="required")
            return None
        if commune := the_commune(text):
            return commune
        self.choices_shown = communes_matching(text)
        if self.choices_shown:
            raise forms.ValidationError(_("Choose your commune in the list."), code="ambiguous")
        raise forms.ValidationError(
            _("We know no commune of this name. Try another spelling, or the nearest town."), code="unknown"
        )


def label_of(commune: Commune) -> str:
    return f"{commune.name} ({commune.province.name})"


class CommuneWidget(forms.Widget):
    template_name = "components/commune_input.html"

    def value_from_datadict(self, data, files, name):
        return data.get(name, "")[:16].replace("\0", ""), " ".join(
            data.get(f"{name}_text", "")[:80].replace("\0", "").split()
        )

    def get_context(self, name, value, attrs):
        context = super().get_context(name, None, attrs)
        if isinstance(value, Commune):
            value = (value.code, label_of(value))
        code, text = value or ("", "")
        return {
            **context,
            "name": name,
            "code": code,
            "text": text,
            "choices": communes_matching(text) if text and not code else [],
        }


class CommuneForm(forms.Form):
    """Where to? for the price of delivery in the cart."""

    commune = CommuneField(label=_("Commune or town"))


class VoucherForm(forms.Form):
    """A code that makes goods cheaper."""

    code = forms.CharField(
        label=_("Voucher code"),
        max_length=MOST_TYPED,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Write the code of your voucher.")},
    )


class CheckoutForm(forms.Form):
    """One page: who, where to, how, and the terms. The delivery of each part is a field of its own."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=120,
        min_length=2,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Say who the parcel is for.")},
    )
    phone = PhoneField(
        label=_("Telephone"),
        help_text=_("The cooperative calls this number to confirm the order."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel", "dir": "ltr"}),
        error_messages={"required": _("Say at which number the cooperative can reach you.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("To receive the order in writing."),
        widget=forms.EmailInput({"autocomplete": "email", "dir": "ltr"}),
    )
    commune = CommuneField(label=_("Commune or town"), required=False)
    street = forms.CharField(
        label=_("Street and number, or douar"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "address-line1"}),
    )
    landmark = forms.CharField(
        label=_("Landmark"),
        max_length=200,
        required=False,
        help_text=_("A mosque, a school, a shop that the courier will recognise."),
    )
    postcode = forms.RegexField(
        r"^\d{5}$", label=_("Postcode"), required=False, error_messages={"invalid": _("Five digits.")},
        widget=forms.TextInput({"autocomplete": "postal-code", "inputmode": "numeric", "dir": "ltr"}),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note for the courier"), max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )
    payment = forms.ChoiceField(
        label=_("How do you pay?"), choices=[(code, method.label) for code, method in METHODS.items()], required=False
    )
    terms = forms.BooleanField(
        label=_("I accept the terms of sale"),
        error_messages={"required": _("The order needs your agreement to the terms of sale.")},
    )

    def __init__(self, data=None, *, cooperatives, terms: Revision | None, **kwargs):
        """`terms`: those in force. They are accepted only if they are what the page showed (`terms_seen`)."""
        super().__init__(data, **kwargs)
        self.accepted_terms = terms
        if terms is None:
            del self.fields["terms"]
        elif data is not None and data.get("terms") and data.get("terms_seen") != str(terms.pk):
            self.data = {name: value for name, value in data.items() if name != "terms"}
            self.fields["terms"].error_messages["required"] = _(
                "The terms of sale have changed since you opened this page. Read them and accept them again."
            )
        for name in ("commune", "street"):  # needed unless everything is picked up: clean() decides
            self.fields[name].hides_optional = True
        self.cooperatives = list(cooperatives)
        for cooperative in self.cooperatives:
            ways = [(DeliveryMethod.COURIER, DeliveryMethod.COURIER.label)]
            if cooperative.offers_pickup:
                ways.append((DeliveryMethod.PICKUP, DeliveryMethod.PICKUP.label))
            self.fields[self.delivery_name(cooperative)] = forms.ChoiceField(
                label=_("Delivery"),
                choices=ways,
                initial=DeliveryMethod.COURIER,
                widget=forms.RadioSelect,
                required=False,
            )

    @staticmethod
    def delivery_name(cooperative) -> str:
        return f"delivery_{cooperative.pk}"

    def clean_postcode(self):
        return western_digits(self.cleaned_data["postcode"])

    def clean(self):
        """An address is needed as soon as one parcel goes by courier."""
        chosen = super().clean()
        if any(method == DeliveryMethod.COURIER for method in self.methods.values()):
            if not chosen.get("commune") and "commune" not in self.errors:
                self.add_error("commune", _("Write the name of your commune or town."))
            if not chosen.get("street") and "street" not in self.errors:
                self.add_error("street", _("The courier needs a street or a douar."))
        return chosen

    @property
    def methods(self) -> dict[int, str]:
        """The delivery method of each cooperative's part; the courier where the choice makes no sense."""
        chosen = getattr(self, "cleaned_data", {})
        return {
            cooperative.pk: chosen.get(self.delivery_name(cooperative)) or DeliveryMethod.COURIER.value
            for cooperative in self.cooperatives
        }

    @property
    def payment_method(self) -> PaymentMethod:
        """How the buyer pays; in cash where nothing else was chosen. Whether it fits is asked when the order is placed."""
        return METHODS.get(getattr(self, "cleaned_data", {}).get("payment") or "", CASH)

    @property
    def way_chosen(self) -> PaymentMethod | None:
        """The way that the buyer chose; None where the page had chosen it by itself, and may choose another by now."""
        payment = getattr(self, "cleaned_data", {}).get("payment")
        return METHODS.get(payment) if payment and payment != self.data.get("suggested") else None

    @property
    def phone_typed(self):
        """The number, if it is one; None before."""
        return getattr(self, "cleaned_data", {}).get("phone") or None

    @property
    def commune_chosen(self) -> Commune | None:
        return getattr(self, "cleaned_data", {}).get("commune")
