"""Pages that the shop itself links to: one for each language, under a word that is the same in all of them."""

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Page

from .base import ShopPage, open_pages

#: Of these pages in Wagtail's tree: its root, a home page for each language, these.
DEPTH = 3


class FixedPageForm(WagtailAdminPageForm):
    """A new page has its name, in the language of its tree, and its word already."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            with translation.override(self.instance.locale.language_code):
                self.initial |= {"title": str(self.instance.usual_title), "slug": self.instance.fixed_slug}


def keep_word(page: ShopPage, word: str) -> None:
    """Refuse any other address than the one that the shop links to."""
    if page.slug != word:
        fault = _("The shop links to this page under “%(word)s”. Please keep this word.")
        raise ValidationError({"slug": fault % {"word": word}})


class FixedPage(ShopPage):
    fixed_slug = ""
    usual_title = ""
    max_count_per_parent = 1
    base_form_class = FixedPageForm

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        keep_word(self, self.fixed_slug)


def fixed_slugs(language: str) -> set[str]:
    """The words under which a reader of this language finds pages right below the home page."""
    pages = open_pages(Page).filter(locale__language_code=language, depth=DEPTH)
    return set(pages.values_list("slug", flat=True))
