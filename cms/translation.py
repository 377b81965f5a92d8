from modeltranslation.translator import TranslationOptions, register

from .figures.models import WORDS_OF_FIGURE, Figure
from .legal.models import MUST_SPEAK, LegalText
from .themes.models import Theme


@register(Figure)
class FigureTranslation(TranslationOptions):
    fields = WORDS_OF_FIGURE
    required_languages = {"fr": ("counted",), "default": ()}


@register(Theme)
class ThemeTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("fr",)


@register(LegalText)
class LegalTextTranslation(TranslationOptions):
    fields = ("title", "body")
    required_languages = MUST_SPEAK
