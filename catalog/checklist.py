"""What remains to be done before something is published: a list beside the form, for who writes it and who reviews it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.side_panels import BaseSidePanel

from .claims.find import Pattern, claims_in

#: Letters of the text that are shown on either side of a claim.
AROUND = 24


@dataclass(frozen=True)
class Line:
    """One thing, done or to do. `todo` says what to do, and where, once for each place."""

    what: str
    todo: tuple[str, ...] = ()
    #: Whether it is only told, such as the time that reading takes.
    is_told: bool = False

    @property
    def is_done(self) -> bool:
        return not self.todo


def claims_line(texts: list[tuple[str, str]], listed: list[str]) -> Line:
    """Words that claim to cure in these (place, text): marked for who writes and who reviews, never forbidden."""
    patterns = [Pattern(entry) for entry in listed]
    found = [
        _("{place}: “{words}”").format(
            place=place, words=f"…{text[max(0, claim.start - AROUND) : claim.end + AROUND]}…"
        )
        for place, text in texts
        for claim in claims_in(text, patterns)
    ]
    return Line(_("No words that claim to cure"), tuple(found))


class ChecklistSidePanel(BaseSidePanel):
    """Shows the lines that its page's view gives it."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = gettext_lazy("Toggle what to do before publishing")
        icon_name = "clipboard-list"

        def get_context_data(self, parent_context):
            undone = sum(not line.is_done for line in self.panel.lines)
            return {**super().get_context_data(parent_context), "count": undone}

    name = "checklist"
    title = gettext_lazy("Before publishing")
    template_name = "admin_pages/checklist_panel.html"
    order = 340

    def __init__(self, object, request, *, lines: list[Line]):
        super().__init__(object, request)
        self.lines = lines
