from modeltranslation.translator import TranslationOptions, register

from .delivery.models import Commune, DeliveryZone, Province, Region
from .orders.models import OrderLine


@register([Region, Province, Commune, DeliveryZone, OrderLine])
class NameTranslation(TranslationOptions):
    fields = ("name",)
