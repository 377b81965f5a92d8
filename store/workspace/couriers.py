"""Who takes a parcel: a courier, or the cooperative itself."""

from django.utils.translation import gettext as _

from ..delivery.models import Courier

#: Stands for the cooperative itself among the couriers.
OURSELVES = "own"


def courier_choices(couriers: dict[str, Courier]) -> list[tuple[str, str]]:
    return [
        ("", _("Choose")),
        (OURSELVES, _("We bring it ourselves")),
        *[(pk, courier.name) for pk, courier in couriers.items()],
    ]


def couriers_now() -> dict[str, Courier]:
    return {str(courier.pk): courier for courier in Courier.objects.filter(is_active=True)}
