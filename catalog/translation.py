from modeltranslation.translator import TranslationOptions, register

from .cooperatives.models import Cooperative
from .products.models import Category, Product, ProductPhoto
from .stock.models import Lot


@register(Cooperative)
class CooperativeTranslation(TranslationOptions):
    fields = ("name", "tagline", "address", "commune", "pickup_hours")
    required_languages = {"fr": ("name",), "default": ()}


@register(Category)
class CategoryTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = {"fr": ("name",), "default": ()}


@register(Product)
class ProductTranslation(TranslationOptions):
    fields = ("name", "summary", "description", "composition", "advice")
    required_languages = {"fr": ("name",), "default": ()}


@register(ProductPhoto)
class ProductPhotoTranslation(TranslationOptions):
    fields = ("alt",)


@register(Lot)
class LotTranslation(TranslationOptions):
    fields = ("origin",)
