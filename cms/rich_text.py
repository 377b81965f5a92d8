"""What a text of an editor may hold."""

import re
from collections.abc import Callable

from wagtail.admin.rich_text import DraftailRichTextArea

#: Halves of letters beyond the first 65,536, and the letter zero: JSON can write them, and no database stores them.
NO_LETTERS = re.compile("[\ud800-\udfff\x00]")
#: Features of texts that name a row, and what the editor's browser calls them.
NAMING = {"link": "LINK", "document-link": "DOCUMENT"}


class RichTextArea(DraftailRichTextArea):
    """Wagtail's own, which leaves out what is no letter."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return value if value is None else NO_LETTERS.sub("", value)


def name_rows_by_number(features) -> None:
    """A link that names its page by anything but a number is kept as words.

    Wagtail would store it, and then neither the page nor its form could be opened again.
    """
    rules = features.converter_rules_by_converter["contentstate"]
    for feature, entity in NAMING.items():
        decorators = rules[feature]["to_database_format"]["entity_decorators"]
        decorators[entity] = _by_number(decorators[entity])


def _by_number(decorate: Callable) -> Callable:
    def decorated(props):
        number = props.get("id")
        is_number = number is None or re.fullmatch(r"[0-9]{1,9}", str(number))
        return decorate(props) if is_number else props["children"]

    return decorated
