from django.urls import path

from . import views

urlpatterns = [
    path("boutique/", views.product_list, name="listing"),
    path("boutique/rayon/<slug:category>/", views.product_list, name="category"),
    path("boutique/<slug:slug>/", views.product, name="product"),
]
