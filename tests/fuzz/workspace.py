"""The pages of members, asked by a manager of the cooperative whose word stands in the address."""

from collections.abc import Callable

from django.contrib.auth.tokens import default_token_generator
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode

from store.models import CooperativeOrder, Shipment
from store.statuses import PartStatus

from .shop import PASSWORD, Shop
from .target import Target, Values


def at_home(shop: Shop) -> list[Values]:
    return [{"cooperative": shop.member.cooperative.slug}]


def own_parts(shop: Shop) -> list[Values]:
    own = [part for part in shop.cancelable if part.cooperative_id == shop.member.cooperative_id]
    return [{**place, "part_id": part.pk} for place in at_home(shop) for part in own]


def parts_at(status: PartStatus) -> Callable[[Shop], list[Values]]:
    def places(shop: Shop) -> list[Values]:
        return [{**place, "part_id": part_at(shop, status).pk} for place in at_home(shop)]

    return places


def part_at(shop: Shop, status: PartStatus) -> CooperativeOrder:
    return CooperativeOrder.objects.get(cooperative=shop.member.cooperative_id, status=status)


def pack_fields(shop: Shop) -> Values:
    line = part_at(shop, PartStatus.CONFIRMED).lines.get()
    return {"deed": "pack", f"lot_{line.pk}": line.variant.lots.get().code}


def batch_fields(shop: Shop) -> Values:
    part = part_at(shop, PartStatus.PACKED)
    return {"courier": "own", f"leaves_{part.pk}": "on", f"tracking_{part.pk}": "AB 12"}


def days_of_couriers(shop: Shop) -> list[Values]:
    shipment = Shipment.objects.get(courier__isnull=False)
    day = timezone.localdate(shipment.handed_over_at)
    return [{**place, "day": day, "courier_id": shipment.courier_id} for place in at_home(shop)]


def own_lots(shop: Shop) -> list[Values]:
    return [{**place, "pk": shop.variants[0].lots.get().pk} for place in at_home(shop)]


def lot_fields(shop: Shop) -> Values:
    return {
        "variant": shop.variants[0].pk, "quantity": "12", "best_before": "2031-05-01", "origin": "Rucher",
        "produced_on": "2026-05-01",
    }  # fmt: skip


def count_fields(shop: Shop) -> Values:
    """The manager of the fuzz may block too: then nothing else is read."""
    return {"counted": "480", "reason": "Deux pots cassés", "seen": shop.variants[0].lots.get().on_hand}


def recalled_lots(shop: Shop) -> list[Values]:
    return [{**place, "pk": shop.recall.lot_id} for place in at_home(shop)]


def short_fields(shop: Shop) -> Values:
    own = [part for part in shop.cancelable if part.cooperative_id == shop.member.cooperative_id]
    units = {f"line_{line.pk}": line.quantity - 1 for part in own for line in part.lines.all()}
    return {**units, "are_gone": "1", "note": "Un pot cassé"}


def contact_fields(shop: Shop) -> Values:
    return {"part": shop.told.pk, "outcome": "no_answer", "seen": "0", "note": "Rappeler", "page": "1", "shown": "1"}


def own_colleagues(shop: Shop) -> list[Values]:
    return [{**place, "pk": shop.colleague.pk} for place in at_home(shop)]


def own_invitations(shop: Shop) -> list[Values]:
    return [{**place, "pk": shop.invitation.pk} for place in at_home(shop)]


def links(shop: Shop) -> list[Values]:
    return [{"pk": shop.invitation.pk, "signature": shop.invitation.signature}]


def password_links(shop: Shop) -> list[Values]:
    user = shop.colleague.user
    uid = urlsafe_base64_encode(str(user.pk).encode())
    return [{"uid": uid, "token": default_token_generator.make_token(user)}]


def invite_fields(shop: Shop) -> Values:
    return {"name": "Rkia", "phone": "0612 34 56 78", "email": "rkia@example.org", "role": "packer", "language": "ar"}


def log_in_fields(shop: Shop) -> Values:
    return {"login": str(shop.member.user.phone), "password": PASSWORD, "next": "/fr/espace/"}


READ_OR_DONE = {"GET": {200}, "POST": {302}}

WORKSPACE = [
    Target("espace/", "/{language}/espace/", {"GET": {302}, "HEAD": {302}}, is_at_work=True),
    Target("espace/entrer/", "/{language}/espace/entrer/", READ_OR_DONE, fields=log_in_fields, most_queries=20),
    Target("espace/sortir/", "/{language}/espace/sortir/", {"POST": {302}}, is_at_work=True),
    Target(
        "espace/compte/",
        "/{language}/espace/compte/",
        READ_OR_DONE,
        fields=lambda shop: {"old_password": PASSWORD, "password": f"{PASSWORD}, a new one"},
        is_at_work=True,
        most_queries=20,
    ),
    Target(
        "espace/mot-de-passe/<str:uid>/<str:token>/",
        "/{language}/espace/mot-de-passe/{uid}/{token}/",
        READ_OR_DONE,
        places=password_links,
        fields=lambda shop: {"password": f"{PASSWORD}, a new one"},
        most_queries=20,
    ),
    Target(
        "espace/invitation/<int:pk>/<str:signature>/",
        "/{language}/espace/invitation/{pk}/{signature}/",
        READ_OR_DONE,
        places=links,
        fields=lambda shop: {"name": "Rkia", "password": PASSWORD},
        most_queries=30,
    ),
    Target(
        "espace/<slug:cooperative>/",
        "/{language}/espace/{cooperative}/",
        {"GET": {200}, "HEAD": {200}},
        places=at_home,
        is_at_work=True,
        most_queries=30,
    ),
    Target(
        "espace/<slug:cooperative>/plus/",
        "/{language}/espace/{cooperative}/plus/",
        {"GET": {200}, "HEAD": {200}},
        places=at_home,
        is_at_work=True,
    ),
    Target(
        "espace/<slug:cooperative>/commandes/<int:part_id>/",
        "/{language}/espace/{cooperative}/commandes/{part_id}/",
        READ_OR_DONE,
        places=own_parts,
        fields=lambda shop: {"deed": "confirm", "courier": "", "tracking": "AB 12", "reason": "other", "note": "Oui"},
        is_at_work=True,
        most_queries=60,
    ),
    Target(
        "espace/<slug:cooperative>/commandes/<int:part_id>/",
        "/{language}/espace/{cooperative}/commandes/{part_id}/",
        {"POST": {302}},
        places=parts_at(PartStatus.CONFIRMED),
        fields=pack_fields,
        is_at_work=True,
        most_queries=60,
        few=100,
        called="espace: packing",
    ),
    *[
        Target(
            f"espace/<slug:cooperative>/commandes/<int:part_id>/{paper}/",
            f"/{{language}}/espace/{{cooperative}}/commandes/{{part_id}}/{paper}/",
            {"GET": {200}, "HEAD": {200}},
            places=parts_at(PartStatus.PACKED),
            is_at_work=True,
            most_queries=20,
            few=30,  # to draw one takes as long as ten pages
        )
        for paper in ("etiquette", "bordereau")
    ],
    Target(
        "espace/<slug:cooperative>/remise/",
        "/{language}/espace/{cooperative}/remise/",
        READ_OR_DONE,
        places=at_home,
        fields=batch_fields,
        is_at_work=True,
        most_queries=60,
    ),
    Target(
        "espace/<slug:cooperative>/remise/<str:day>/<int:courier_id>/",
        "/{language}/espace/{cooperative}/remise/{day}/{courier_id}/",
        {"GET": {200}, "HEAD": {200}},
        places=days_of_couriers,
        is_at_work=True,
        most_queries=20,
        few=30,
    ),
    Target(
        "espace/<slug:cooperative>/stock/",
        "/{language}/espace/{cooperative}/stock/",
        {"GET": {200}, "HEAD": {200}},
        places=at_home,
        is_at_work=True,
        most_queries=20,
    ),
    Target(
        "espace/<slug:cooperative>/stock/nouveau/",
        "/{language}/espace/{cooperative}/stock/nouveau/",
        READ_OR_DONE,
        places=at_home,
        query=lambda shop: {"variant": shop.variants[0].pk},
        fields=lot_fields,
        is_at_work=True,
        most_queries=30,
    ),
    Target(
        "espace/<slug:cooperative>/stock/<int:pk>/",
        "/{language}/espace/{cooperative}/stock/{pk}/",
        READ_OR_DONE,
        places=own_lots,
        fields=count_fields,
        is_at_work=True,
        most_queries=30,
    ),
    Target(
        "espace/qui/",
        "/{language}/espace/qui/",
        {"GET": {200}, "HEAD": {200}, "POST": {200}},
        query=lambda shop: {"person": shop.member.pk},
        fields=lambda shop: {"person": shop.colleague.pk, "pin": "7305"},
        is_on_shared_phone=True,
        most_queries=30,
    ),
    Target(
        "espace/<slug:cooperative>/moi/",
        "/{language}/espace/{cooperative}/moi/",
        READ_OR_DONE,
        places=at_home,
        fields=lambda shop: {"password": PASSWORD, "pin": "7305"},
        is_at_work=True,
        most_queries=30,
    ),
    Target(
        "espace/<slug:cooperative>/telephones/",
        "/{language}/espace/{cooperative}/telephones/",
        READ_OR_DONE,
        places=at_home,
        fields=lambda shop: {"name": "Atelier"},
        is_at_work=True,
        most_queries=30,
    ),
    Target(
        "espace/<slug:cooperative>/stock/<int:pk>/rappel/",
        "/{language}/espace/{cooperative}/stock/{pk}/rappel/",
        {"GET": {200}, "POST": {200, 302}},
        places=recalled_lots,
        query=lambda shop: {"page": "1"},
        fields=contact_fields,
        is_at_work=True,
        most_queries=40,
    ),
    Target(
        "espace/<slug:cooperative>/commandes/<int:part_id>/manque/",
        "/{language}/espace/{cooperative}/commandes/{part_id}/manque/",
        {"GET": {200}, "POST": {302}},
        places=own_parts,
        fields=short_fields,
        is_at_work=True,
        most_queries=90,
    ),
    Target(
        "espace/<slug:cooperative>/membres/",
        "/{language}/espace/{cooperative}/membres/",
        READ_OR_DONE,
        places=at_home,
        fields=invite_fields,
        is_at_work=True,
        most_queries=30,
    ),
    Target(
        "espace/<slug:cooperative>/membres/<int:pk>/",
        "/{language}/espace/{cooperative}/membres/{pk}/",
        READ_OR_DONE,
        places=own_colleagues,
        fields=lambda shop: {"role": "seller"},
        is_at_work=True,
        most_queries=20,
    ),
    Target(
        "espace/<slug:cooperative>/invitations/<int:pk>/retirer/",
        "/{language}/espace/{cooperative}/invitations/{pk}/retirer/",
        {"POST": {302}},
        places=own_invitations,
        is_at_work=True,
        most_queries=20,
    ),
]
