"""What a real shop should say about itself and does not yet: warnings of `manage.py check --deploy`."""

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def legal_facts_are_set(app_configs, **kwargs):
    wanted = {
        "OPERATOR_NAME": (settings.OPERATOR["name"], "the legal notice does not say who runs the shop."),
        "OPERATOR_SEAT": (settings.OPERATOR["seat"], "the legal notice does not say where the operator is."),
        "CNDP_RECEIPT": (settings.CNDP_RECEIPT, "the declaration of personal data (law 09-08) has no receipt to show."),
    }
    missing = [(name, why) for name, (value, why) in wanted.items() if not value]
    return [Warning(f"{name} is empty: {why}", id="store.W001") for name, why in missing]
