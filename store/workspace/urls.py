from django.urls import path

from . import account, hand_over, home, joining, members, orders, papers, photos, products, shared, sizes, stock, texts
from .log_in import LogIn, log_out

urlpatterns = [
    path("espace/", home.door, name="workspace"),
    path("espace/entrer/", LogIn.as_view(), name="workspace_log_in"),
    path("espace/qui/", shared.who, name="workspace_who"),
    path("espace/sortir/", log_out, name="workspace_log_out"),
    path("espace/compte/", account.account, name="workspace_account"),
    path("espace/mot-de-passe/<str:uid>/<str:token>/", account.new_password, name="workspace_new_password"),
    path("espace/invitation/<int:pk>/<str:signature>/", joining.invitation, name="workspace_invitation"),
    path("espace/<slug:cooperative>/", home.today, name="workspace_today"),
    path("espace/<slug:cooperative>/commandes/<int:part_id>/", orders.part, name="workspace_part"),
    path("espace/<slug:cooperative>/commandes/<int:part_id>/etiquette/", papers.label, name="workspace_label"),
    path("espace/<slug:cooperative>/commandes/<int:part_id>/bordereau/", papers.slip, name="workspace_slip"),
    path("espace/<slug:cooperative>/remise/", hand_over.hand_over, name="workspace_hand_over"),
    path(
        "espace/<slug:cooperative>/remise/<str:day>/<int:courier_id>/",
        hand_over.hand_over_slip,
        name="workspace_hand_over_slip",
    ),
    path("espace/<slug:cooperative>/stock/", stock.stock, name="workspace_stock"),
    path("espace/<slug:cooperative>/stock/nouveau/", stock.new_lot, name="workspace_new_lot"),
    path("espace/<slug:cooperative>/stock/<int:pk>/", stock.lot, name="workspace_lot"),
    path("espace/<slug:cooperative>/produits/", products.products, name="workspace_products"),
    path("espace/<slug:cooperative>/produits/nouveau/", products.new_product, name="workspace_new_product"),
    path("espace/<slug:cooperative>/produits/<int:pk>/", products.product, name="workspace_product"),
    path("espace/<slug:cooperative>/produits/<int:pk>/textes/", texts.texts, name="workspace_texts"),
    path("espace/<slug:cooperative>/produits/<int:pk>/photos/", photos.photos, name="workspace_photos"),
    path("espace/<slug:cooperative>/produits/<int:pk>/tailles/", sizes.sizes, name="workspace_sizes"),
    path("espace/<slug:cooperative>/produits/<int:pk>/changements/", products.changes, name="workspace_changes"),
    path(
        "espace/<slug:cooperative>/produits/<int:pk>/apercu/<slug:which>/",
        products.preview_of,
        name="workspace_preview",
    ),
    path("espace/<slug:cooperative>/moi/", shared.me, name="workspace_me"),
    path("espace/<slug:cooperative>/telephones/", shared.phones, name="workspace_phones"),
    path("espace/<slug:cooperative>/membres/", members.members, name="workspace_members"),
    path("espace/<slug:cooperative>/membres/<int:pk>/", members.member, name="workspace_member"),
    path(
        "espace/<slug:cooperative>/invitations/<int:pk>/retirer/",
        members.withdraw,
        name="workspace_withdraw_invitation",
    ),
]
