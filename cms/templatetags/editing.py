from django import template

from ..editing import checklist as checks
from ..editing import previews

register = template.Library()


@register.simple_tag
def checklist(page):
    """What remains to be done before this page is published."""
    return checks.checklist(page) if page else []


@register.simple_tag(takes_context=True)
def block_preview(context, bound):
    """A block as a page shows it, with rows of this shop."""
    return previews.block_preview(bound, context.flatten())
