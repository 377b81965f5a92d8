"""What the shop is looked at on: a small phone, a tablet, a desk."""

from django.utils.translation import gettext_lazy as _

PREVIEW_SIZES = [
    {"name": "mobile", "icon": "mobile-alt", "device_width": 360, "label": _("As on a phone")},
    {"name": "tablet", "icon": "tablet-alt", "device_width": 768, "label": _("As on a tablet")},
    {"name": "desktop", "icon": "desktop", "device_width": 1280, "label": _("As on a desk")},
]
