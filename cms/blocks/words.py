"""Blocks of words."""

from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import RichText

from .choosers import AnyPageChooserBlock

#: What an editor may do in a text: few things, so that pages stay calm.
FEATURES = ["bold", "italic", "ul", "ol", "link"]
#: What texts say in previews and in the gallery.
SPRING = _("In spring the hives go up to the thyme.")


def a_paragraph(words) -> RichText:
    """For a preview, in the language in which it is asked for."""
    return RichText(format_html("<p>{}</p>", words))


class LineBlock(blocks.CharBlock):
    """A line of text; of one that holds nothing yet, nothing is shown."""

    class Meta:
        default = ""


class WordsBlock(blocks.TextBlock):
    """Several lines of text; of one that holds nothing yet, nothing is shown."""

    class Meta:
        default = ""


class HeadingBlock(LineBlock):
    class Meta:
        icon = "title"
        label = _("Heading")
        description = _("Begins a part of the text.")
        template = "cms/blocks/heading.html"
        preview_value = _("The first apiary")
        max_length = 120


class TextBlock(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Paragraphs, with lists and links.")
        template = "cms/blocks/text.html"

    def get_preview_value(self):
        return a_paragraph(SPRING)


class QuoteBlock(blocks.StructBlock):
    words = WordsBlock(label=_("words"), max_length=400)
    who = LineBlock(
        label=_("who says it"), max_length=120, help_text=_("A real person who agreed, or a text with its author.")
    )

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        description = _("Words of somebody, with the name.")
        template = "cms/blocks/quote.html"
        preview_value = {"words": _("Who tastes comes back."), "who": _("Proverb")}


class QuestionBlock(blocks.StructBlock):
    question = LineBlock(label=_("question"), max_length=160)
    answer = blocks.RichTextBlock(label=_("answer"), features=FEATURES)

    class Meta:
        icon = "help"
        label = _("Question and answer")
        description = _("A question that readers ask; the answer opens when it is pressed.")
        template = "cms/blocks/question.html"

    def get_preview_value(self):
        answer = a_paragraph(_("Yes, for years, away from light."))
        return self.normalize({"question": _("Does honey keep?"), "answer": answer})


class MomentBlock(blocks.StructBlock):
    when = LineBlock(label=_("when"), max_length=40)
    title = LineBlock(label=_("what happened"), max_length=120)
    text = WordsBlock(label=_("text"), required=False, max_length=500)


class TimelineBlock(blocks.StructBlock):
    moments = blocks.ListBlock(MomentBlock(), label=_("moments"), min_num=2)

    class Meta:
        icon = "history"
        label = _("Timeline")
        description = _("What happened, in order.")
        template = "cms/blocks/timeline.html"
        preview_value = {
            "moments": [
                {"when": "2019", "title": _("The idea"), "text": _("Around a table.")},
                {"when": "2021", "title": _("The first apiary")},
            ]
        }


class StepBlock(blocks.StructBlock):
    title = LineBlock(label=_("title"), max_length=120)
    text = WordsBlock(label=_("text"), required=False, max_length=500)


class StepsBlock(blocks.StructBlock):
    steps = blocks.ListBlock(StepBlock(), label=_("steps"), min_num=2)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        description = _("What to do, one thing after the other.")
        template = "cms/blocks/steps.html"
        preview_value = {"steps": [{"title": _("Smell it")}, {"title": _("Taste it")}]}


class ActionBlock(blocks.StructBlock):
    title = LineBlock(label=_("title"), max_length=120)
    text = WordsBlock(label=_("text"), required=False, max_length=300)
    page = AnyPageChooserBlock(label=_("page"), required=False)
    link = blocks.URLBlock(label=_("or another address"), required=False)
    button = LineBlock(label=_("words on the button"), max_length=40)

    class Meta:
        icon = "mail"
        label = _("Call to action")
        description = _("Asks the reader to do something, with one button.")
        template = "cms/blocks/action.html"
        preview_value = {
            "title": _("Do you have a cooperative?"),
            "link": "https://example.org",
            "button": _("Write to us"),
        }

    def clean(self, value):
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["link"]):
            fault = ValidationError(_("Choose a page, or write another address."))
            raise blocks.StructBlockValidationError(block_errors={"link": fault})
        return cleaned
