"""Pages that stay up to date while somebody watches them."""

from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import HeaderButton

#: Seconds between two looks.
EVERY = 10


class Live:
    """A page that loads itself anew as long as somebody asks for it, with `?live=1`.

    Only then: a page that moves by itself loses the place of whoever reads it, or has it read out. It needs no script.
    """

    @property
    def is_live(self) -> bool:
        return bool(self.request.GET.get("live"))

    @property
    def live_button(self) -> HeaderButton:
        asked = self.request.GET.copy()
        if self.is_live:
            asked.pop("live")
        else:
            asked["live"] = "1"
        label = _("Stop following") if self.is_live else _("Follow it live")
        return HeaderButton(label, url=f"{self.request.path}?{asked.urlencode()}", icon_name="rotate")

    @property
    def header_buttons(self):
        return [self.live_button]

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "live_every": EVERY if self.is_live else None}
