from django.urls import path, register_converter
from django.urls.converters import StringConverter

from cms.models import LegalKind
from cms.pages.feed import StoryFeed

from . import apply, block_gallery, found, gallery, legal, lots, views


class LegalKindConverter(StringConverter):
    regex = "|".join(LegalKind.values)


register_converter(LegalKindConverter, "legal_kind")

urlpatterns = [
    path("espace/manifest.webmanifest", found.workspace_manifest, name="workspace_manifest"),
    path("manifest.webmanifest", found.manifest, name="manifest"),
    path("composants/", gallery.gallery, name="gallery"),
    path("composants/blocs/", block_gallery.block_gallery, name="block_gallery"),
    path("hors-ligne/", found.offline, name="offline"),
    path("recits.xml", views.public_page(StoryFeed()), name="story_feed"),
    path("adherer/", apply.application, name="apply"),
    path("boutique/", views.product_list, name="listing"),
    path("boutique/rayon/<slug:category>/", views.product_list, name="category"),
    path("boutique/<slug:slug>/", views.product, name="product"),
    path("lot/<slug:cooperative>/<path:code>/", lots.lot, name="lot"),
    path("retours/formulaire/", legal.withdrawal_form, name="withdrawal_form"),
    path("<legal_kind:kind>/", legal.legal_text, name="legal_text"),
]
