import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber

from .text_folding import western_digits

MOROCCO = 212
#: Attributes of an input for a telephone.
TELEPHONE = {"type": "tel", "autocomplete": "tel", "inputmode": "tel", "dir": "ltr"}


class MoroccanPhoneField(PhoneNumberField):
    """A Moroccan number in any of the ways people write it, Arabic digits included; the value is a `PhoneNumber`."""

    def __init__(self, **kwargs):
        super().__init__(region="MA", **kwargs)
        self.error_messages["invalid"] = _("Write a Moroccan number, for example 0612 34 56 78.")

    def to_python(self, value) -> PhoneNumber:
        number = super().to_python(western_digits(value or ""))
        if number and number.country_code != MOROCCO:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return number


class PhoneField(PhoneNumberField):
    """A number of a buyer: Moroccan as people write it, or any other with the code of its country."""

    def __init__(self, **kwargs):
        super().__init__(region="MA", **kwargs)
        self.error_messages["invalid"] = _(
            "Write a number such as 0612 34 56 78; from abroad with its code, such as +33 6 12 34 56 78."
        )

    def to_python(self, value) -> PhoneNumber:
        return super().to_python(western_digits(value or ""))


def written_phone(number: PhoneNumber) -> str:
    """0612 34 56 78 as people write it; foreign numbers with their country code."""
    if number.country_code == MOROCCO:
        digits = f"0{number.national_number}"
        return f"{digits[:4]} {digits[4:6]} {digits[6:8]} {digits[8:]}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
