"""What a page needs when it is published, and not yet as a draft."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm


class NotReady(PermissionDenied):
    """Something is missing that readers need. Where no form can say it, the admin answers as it refuses other deeds."""


class CoverForm(WagtailAdminPageForm):
    """Of a page with a picture at its head (cms/pages/covers.py)."""

    def clean(self):
        cleaned = super().clean()
        is_draft = self.is_deferred_validation
        cover, alt = self.instance.cover_field, self.instance.alt_field
        if not is_draft and cleaned.get(cover) and not cleaned.get(alt):
            self.add_error(alt, _("Say what is seen on the cover, before it is published."))
        return cleaned
