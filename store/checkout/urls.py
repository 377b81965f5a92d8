from django.urls import path

from . import views

urlpatterns = [
    path("panier/", views.cart, name="cart"),
    path("panier/ajouter/", views.add_to_cart, name="add_to_cart"),
    path("panier/ligne/<int:line_id>/", views.change_line, name="change_line"),
    path("panier/commune/", views.choose_commune, name="choose_commune"),
    path("panier/code/", views.use_voucher, name="use_voucher"),
    path("communes/", views.commune_suggestions, name="commune_suggestions"),
    path("commande/", views.checkout, name="checkout"),
]
