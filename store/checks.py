"""What a real shop should say about itself and does not yet: warnings of `manage.py check --deploy`."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.core.exceptions import ValidationError

from catalog.rib import clean_rib


@register()
def rib_is_valid(app_configs, **kwargs):
    """Buyers would send their money elsewhere, or nowhere."""
    try:
        clean_rib(settings.BANK_RIB) if settings.BANK_RIB else ""
    except ValidationError as error:
        return [Error(f"BANK_RIB: {error.message}", id="store.E001")]
    return []


@register(Tags.security, deploy=True)
def legal_facts_are_set(app_configs, **kwargs):
    wanted = {
        "OPERATOR_NAME": (settings.OPERATOR["name"], "the legal notice does not say who runs the shop."),
        "OPERATOR_SEAT": (settings.OPERATOR["seat"], "the legal notice does not say where the operator is."),
        "CNDP_RECEIPT": (settings.CNDP_RECEIPT, "the declaration of personal data (law 09-08) has no receipt to show."),
    }
    missing = [(name, why) for name, (value, why) in wanted.items() if not value]
    return [Warning(f"{name} is empty: {why}", id="store.W001") for name, why in missing]
