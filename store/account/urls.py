from django.urls import path

from . import pay, returns, views

urlpatterns = [
    path("commande/<slug:token>/", views.order, name="order"),
    path("commande/<slug:token>/merci/", views.order_thanks, name="order_thanks"),
    path("commande/<slug:token>/conditions/", views.order_terms, name="order_terms"),
    path("commande/<slug:token>/payer/", pay.pay, name="order_pay"),
    path("commande/<slug:token>/carte/", pay.card_return, name="order_card_return"),
    path("commande/<slug:token>/carte/retour/", pay.card_back, name="order_card_back"),
    path("commande/<slug:token>/annuler/<int:part_id>/", views.cancel, name="cancel_part"),
    path("commande/<slug:token>/retour/<int:part_id>/", returns.return_part, name="return_part"),
    path("commande/<slug:token>/remboursement/", returns.order_refund, name="order_refund"),
]
