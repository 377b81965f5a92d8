from django.urls import path

from . import found, views

urlpatterns = [
    path("manifest.webmanifest", found.manifest, name="manifest"),
    path("hors-ligne/", found.offline, name="offline"),
    path("boutique/", views.product_list, name="listing"),
    path("boutique/rayon/<slug:category>/", views.product_list, name="category"),
    path("boutique/<slug:slug>/", views.product, name="product"),
]
