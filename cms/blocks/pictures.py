"""Blocks of pictures. Each picture says what is seen, for people who do not see it."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .choosers import PictureChooserBlock
from .words import FEATURES, SPRING, LineBlock, a_paragraph


class PictureBlock(blocks.StructBlock):
    image = PictureChooserBlock(label=_("picture"))
    alt = LineBlock(label=_("what is seen"), max_length=200, help_text=_("For people who don't see the picture."))
    caption = LineBlock(label=_("caption"), required=False, max_length=200)
    is_illustration = blocks.BooleanBlock(
        label=_("drawn, not photographed"), required=False, help_text=_("The page says so under the picture.")
    )

    class Meta:
        icon = "image"
        label = _("Picture")
        description = _("One picture as wide as the page.")
        template = "cms/blocks/picture.html"

    def examples(self, count: int) -> list[dict]:
        """Up to so many pictures of the shop, for previews."""
        seen = _("What is seen, in a few words.")
        return [{"image": image, "alt": seen, "caption": seen} for image in self.child_blocks["image"].seen()[:count]]

    def get_preview_value(self):
        return self.normalize(next(iter(self.examples(1)), {}))


class GalleryBlock(blocks.StructBlock):
    pictures = blocks.ListBlock(PictureBlock(), label=_("pictures"), min_num=2, max_num=12)

    class Meta:
        icon = "copy"
        label = _("Gallery")
        description = _("Several pictures side by side.")
        template = "cms/blocks/gallery.html"

    def get_preview_value(self):
        return self.normalize({"pictures": self.child_blocks["pictures"].child_block.examples(2)})


class PortraitBlock(blocks.StructBlock):
    picture = PictureBlock(label=_("picture"))
    name = LineBlock(label=_("name"), max_length=80)
    role = LineBlock(label=_("what she or he does"), required=False, max_length=120)
    text = blocks.RichTextBlock(label=_("text"), features=FEATURES)

    class Meta:
        icon = "user"
        label = _("Portrait")
        description = _("A person: picture, name and a few words.")
        template = "cms/blocks/portrait.html"

    def get_preview_value(self):
        picture = self.child_blocks["picture"].get_preview_value()
        return self.normalize({"picture": picture, "name": _("A beekeeper"), "text": a_paragraph(SPRING)})
