"""Fill an empty shop with the demonstration: two cooperatives, their products, pages and orders."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone
from wagtail.models import Collection, GroupCollectionPermission

from catalog.cooperatives.models import Cooperative
from catalog.members import actions as members
from catalog.members.models import Role
from catalog.members.shared_phones import set_pin
from cms.editing.roles import CHIEF_EDITORS, EDITORS, MODERATORS_OF_PRODUCTS
from cms.figures.actions import count_live_figures

from ..accounts.models import User
from ..outbox.models import OutboxMessage
from .books import load_books
from .cards import load_ways_to_pay
from .catalogue import load_categories, load_cooperatives
from .delivery import load_commission, load_couriers, load_zones
from .drafts import load_drafts
from .images import load_images
from .legal import load_legal_texts
from .orders import load_orders
from .pages import load_pages
from .provider import while_loading
from .translations import tell_localize
from .vouchers import load_voucher

#: Accounts of the demonstration: user name, password, what they are, what they may do.
ACCOUNTS = [
    ("editrice", "miel-de-thym-2026", EDITORS),
    ("redactrice-en-chef", "fleur-d-oranger-2026", CHIEF_EDITORS),
    ("moderatrice", "eau-de-rose-2026", MODERATORS_OF_PRODUCTS),
    ("equipe", "huile-de-lavande-2026", "Platform staff"),
    ("tresoriere", "fleur-de-safran-2026", "Platform staff"),  # what two people must do takes two
]
#: Members of cooperatives: telephone, password, name, cooperative, role, number on a shared telephone. They are invented.
MEMBERS = [
    ("+212600970011", "verveine-du-matin-2026", "Khadija", "qatr-nada", Role.MANAGER, "7305"),
    ("+212600970012", "rose-de-meknes-2026", "Rkia", "qatr-nada", Role.PACKER, "8642"),
    ("+212600970021", "abeilles-du-moyen-atlas-2026", "Saïd", "tinas-cop", Role.MANAGER, "7305"),
    ("+212600970022", "ruche-et-thym-2026", "Itto", "tinas-cop", Role.SELLER, "8642"),
]
STAFF_PERMISSIONS = [
    "access_admin", "view_order", "change_order", "view_product", "add_product", "change_product", "publish_product",
    "view_lot", "add_lot", "change_lot", "view_variant", "add_variant", "change_variant", "view_productsale", "change_productsale",
    "view_cooperative", "add_cooperative", "change_cooperative", "view_category", "add_category", "change_category",
    "view_deliveryzone", "add_deliveryzone", "change_deliveryzone", "view_contactmessage", "change_contactmessage",
    "view_courier", "add_courier", "change_courier", "view_cashsheet",
    "view_bankformat", "delete_bankformat", "view_taxstatus", "add_taxstatus", "change_taxstatus",
    "view_commissionrate", "add_commissionrate", "change_commissionrate", "delete_commissionrate",
    "view_settlement", "change_settlement", "view_paymentoption", "change_paymentoption",
    "view_voucher", "add_voucher", "change_voucher",
    "view_application", "change_application",
    "view_evidence", "change_evidence", "view_requirement", "add_requirement", "delete_requirement",
    "view_cooperativemember", "change_cooperativemember", "view_invitation", "add_invitation", "change_invitation",
]  # fmt: skip


def is_loaded() -> bool:
    return Cooperative.objects.exists()


def load_demo() -> dict[str, int]:
    """Load everything or nothing; returns how many of each. Refused where the settings are not a demonstration's."""
    if not settings.IS_DEMONSTRATION:
        raise ImproperlyConfigured("The demonstration's people and passwords have no place in a real shop.")
    with while_loading() as provider, transaction.atomic():
        return _load(provider)


def _load(provider) -> dict[str, int]:
    images = load_images()
    cooperatives = load_cooperatives(images, load_categories())
    load_zones()
    load_couriers()
    load_commission()
    load_voucher()
    load_ways_to_pay()
    load_pages(images, cooperatives)
    load_legal_texts()
    tell_localize()
    load_accounts()
    load_members()
    load_drafts()
    orders = [*load_orders(), *load_books(timezone.now(), provider)]
    count_live_figures(now=timezone.now())
    OutboxMessage.objects.all().delete()  # nobody gets mails about orders that were never placed
    return {"cooperatives": len(cooperatives), "pictures": len(images), "orders": len(orders)}


def load_accounts() -> None:
    staff, _ = Group.objects.get_or_create(name="Platform staff")
    staff.permissions.set(Permission.objects.filter(codename__in=STAFF_PERMISSIONS))
    files = ["add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"]
    choose = Permission.objects.filter(codename__in=files, content_type__app_label__in=["wagtailimages", "wagtaildocs"])
    for permission in choose:
        GroupCollectionPermission.objects.get_or_create(
            group=staff, collection=Collection.get_first_root_node(), permission=permission
        )
    for username, password, group in ACCOUNTS:
        user = User.objects.create_user(username, email=f"{username}@twiza.example", password=password)
        user.groups.add(Group.objects.get(name=group))


def load_members() -> None:
    for phone, password, name, slug, role, pin in MEMBERS:
        user = User.objects.create_user(phone, password=password, first_name=name, phone=phone)
        invitation = members.invite(Cooperative.objects.get(slug=slug), role=role, name=name, phone=phone)
        set_pin(members.accept(invitation, user=user), pin)
