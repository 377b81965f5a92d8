from django.urls import path

from . import found, gallery, views

urlpatterns = [
    path("manifest.webmanifest", found.manifest, name="manifest"),
    path("composants/", gallery.gallery, name="gallery"),
    path("hors-ligne/", found.offline, name="offline"),
    path("boutique/", views.product_list, name="listing"),
    path("boutique/rayon/<slug:category>/", views.product_list, name="category"),
    path("boutique/<slug:slug>/", views.product, name="product"),
]
