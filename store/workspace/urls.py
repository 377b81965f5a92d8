from django.urls import path

from . import account, home, joining, members, orders, recalls, short, stock
from .log_in import LogIn, log_out

urlpatterns = [
    path("espace/", home.door, name="workspace"),
    path("espace/entrer/", LogIn.as_view(), name="workspace_log_in"),
    path("espace/sortir/", log_out, name="workspace_log_out"),
    path("espace/compte/", account.account, name="workspace_account"),
    path("espace/mot-de-passe/<str:uid>/<str:token>/", account.new_password, name="workspace_new_password"),
    path("espace/invitation/<int:pk>/<str:signature>/", joining.invitation, name="workspace_invitation"),
    path("espace/<slug:cooperative>/", home.today, name="workspace_today"),
    path("espace/<slug:cooperative>/commandes/<int:part_id>/", orders.part, name="workspace_part"),
    path("espace/<slug:cooperative>/commandes/<int:part_id>/manque/", short.short, name="workspace_short"),
    path("espace/<slug:cooperative>/stock/", stock.stock, name="workspace_stock"),
    path("espace/<slug:cooperative>/stock/nouveau/", stock.new_lot, name="workspace_new_lot"),
    path("espace/<slug:cooperative>/stock/<int:pk>/", stock.lot, name="workspace_lot"),
    path("espace/<slug:cooperative>/stock/<int:pk>/rappel/", recalls.recall, name="workspace_recall"),
    path("espace/<slug:cooperative>/membres/", members.members, name="workspace_members"),
    path("espace/<slug:cooperative>/membres/<int:pk>/", members.member, name="workspace_member"),
    path(
        "espace/<slug:cooperative>/invitations/<int:pk>/retirer/",
        members.withdraw,
        name="workspace_withdraw_invitation",
    ),
]
