"""Whose row is it? Every page turns a request into rows here, and nowhere else. A foreign row is a 404."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils.http import urlsafe_base64_decode

from catalog.evidence.models import Evidence
from catalog.members.models import CooperativeMember, Invitation, Role, SharedPhone
from catalog.members.queries import memberships_of
from catalog.products.models import Product, Variant
from catalog.stock.models import Lot

from .accounts.models import User
from .cart.models import Cart
from .orders.models import CooperativeOrder, Order, line_of
from .orders.queries import with_parts
from .recalls.models import Recall
from .statuses import PartStatus, StatusChange
from .tables.models import TableImport

#: Statuses that a part does not leave, or only by coming back.
ENDED = {PartStatus.DELIVERED, PartStatus.RETURNED, PartStatus.CANCELED}

_TOKEN = re.compile(r"[-\w]{22,32}", re.ASCII)


def cart_by_cookie(token: str) -> Cart | None:
    """The cart that a cookie names; None for a foreign, old or broken one."""
    return (
        Cart.objects.filter(token=token)
        .select_related("order", "commune__province", "voucher__cooperative", "voucher__category")
        .first()
        if _TOKEN.fullmatch(token)
        else None
    )


def order_by_link(token: str) -> Order:
    """The order whose secret link this is. Who knows the link may see the order and cancel its parts."""
    order = with_parts(Order.objects).filter(token=token).first() if _TOKEN.fullmatch(token) else None
    if order is None:
        raise Http404("no order has this link")
    return order


def may_manage_orders(user) -> bool:
    """Platform staff who see and move the orders of every cooperative."""
    return user.is_active and user.has_perms(["wagtailadmin.access_admin", "store.change_order"])


def may_see_statements(user) -> bool:
    """Who manages orders sees what each cooperative is owed."""
    return may_manage_orders(user) or may_settle(user)


def may_settle(user) -> bool:
    """Platform staff who propose, approve and note transfers to cooperatives; two of them are needed for each."""
    return user.is_active and user.has_perms(["wagtailadmin.access_admin", "store.change_settlement"])


class Deed(Enum):
    """What somebody does in the workspace of their cooperative."""

    SEE_ORDERS = "see_orders"
    CONFIRM = "confirm"
    PACK = "pack"
    HAND_OVER = "hand_over"
    KEEP_STOCK = "keep_stock"
    RECALL = "recall"
    BLOCK_LOTS = "block_lots"
    WRITE_PRODUCTS = "write_products"
    SET_PRICES = "set_prices"
    MANAGE_MEMBERS = "manage_members"
    KEEP_EVIDENCE = "keep_evidence"
    TAKE_TABLES = "take_tables"
    IMPORT_TABLES = "import_tables"
    SEE_BOOKS = "see_books"


#: What each role may. A packer prepares parcels; a seller speaks with buyers and keeps the stock; a manager does everything,
#: and alone sees the money and changes many prices at once.
MAY: dict[Role, frozenset[Deed]] = {
    Role.PACKER: frozenset({Deed.SEE_ORDERS, Deed.PACK, Deed.HAND_OVER}),
    Role.SELLER: frozenset(
        {
            Deed.SEE_ORDERS,
            Deed.CONFIRM,
            Deed.PACK,
            Deed.HAND_OVER,
            Deed.KEEP_STOCK,
            Deed.RECALL,
            Deed.WRITE_PRODUCTS,
            Deed.TAKE_TABLES,
        }
    ),
    Role.MANAGER: frozenset(Deed),
}


def member_at(user, slug: str) -> CooperativeMember:
    """What somebody is in the cooperative of an address. For whoever does not belong to it there is no such cooperative."""
    member = memberships_of(user).filter(cooperative__slug=slug).first()
    if member is None:
        raise Http404("nobody here works for such a cooperative")
    return member


#: Names in a session the shared telephone on which it began: it is good there for one cooperative.
ON_SHARED_PHONE = "shared_phone"


#: Deeds that a number of a few digits is not enough for: they lead to accounts with passwords.
NEEDS_PASSWORD = {Deed.MANAGE_MEMBERS}


def begun_on_shared_phone(request) -> bool:
    return ON_SHARED_PHONE in request.session


def may_work_from_here(request, member: CooperativeMember) -> bool:
    """A log-in by a number is good for the cooperative whose telephone it is, while that is shared."""
    if not begun_on_shared_phone(request):
        return True
    return shared_phones_of(member).filter(pk=request.session[ON_SHARED_PHONE]).exists()


def shared_phones_of(member: CooperativeMember) -> QuerySet[SharedPhone]:
    return SharedPhone.objects.open().filter(cooperative=member.cooperative_id).select_related("by")


def may(member: CooperativeMember, deed: Deed) -> bool:
    return deed in MAY[Role(member.role)]


def parts_of(member: CooperativeMember) -> QuerySet[CooperativeOrder]:
    """The parts of orders that somebody's cooperative has."""
    return CooperativeOrder.objects.filter(cooperative=member.cooperative_id)


def part_of(member: CooperativeMember, pk: int) -> CooperativeOrder:
    part = parts_of(member).select_related("cooperative", "order__commune__province").filter(pk=pk).first()
    if part is None:
        raise Http404("this cooperative has no such part")
    return part


def orders_kept_as(member: CooperativeMember, holders: Iterable[str]) -> dict[str, CooperativeOrder]:
    """The parts of somebody's cooperative that the catalog knows by these names; one query."""
    lines = {line: holder for holder in holders if (line := line_of(holder))}
    parts = parts_of(member).filter(lines__in=lines).select_related("order").annotate(line=F("lines"))
    return {lines[part.line]: part for part in parts}


def variants_of(member: CooperativeMember) -> QuerySet[Variant]:
    """What somebody's cooperative has in its shelves, retired sizes too."""
    mine = Variant.objects.filter(product__sale__cooperative=member.cooperative_id)
    return mine.select_related("product__sale").order_by("product__name", "size", "pk")


def products_of(member: CooperativeMember) -> QuerySet[Product]:
    """What somebody's cooperative sells, drafts and what was withdrawn too."""
    mine = Product.objects.filter(sale__cooperative=member.cooperative_id)
    return mine.select_related("sale__cooperative", "sale__category").order_by("name", "pk")


def product_of(member: CooperativeMember, pk: int) -> Product:
    product = products_of(member).filter(pk=pk).first()
    if product is None:
        raise Http404("this cooperative has no such product")
    return product


def lots_of(member: CooperativeMember) -> QuerySet[Lot]:
    return Lot.objects.filter(cooperative=member.cooperative_id).select_related(
        "variant__product", "cooperative", "certificate"
    )


def lot_of(member: CooperativeMember, pk: int) -> Lot:
    lot = lots_of(member).filter(pk=pk).first()
    if lot is None:
        raise Http404("this cooperative has no such lot")
    return lot


def recall_of(member: CooperativeMember, pk: int) -> Recall:
    """The last recall of a lot of somebody's cooperative. While it is open, telephones may be asked for."""
    lot = lot_of(member, pk)
    recall = lot.recalls.select_related("opened_by", "closed_by").first()
    if recall is None:
        raise Http404("this lot was never recalled")
    return recall


def sees_buyer(part: CooperativeOrder, *, now: datetime) -> bool:
    """Whether the cooperative still sees who ordered: for `BUYER_SHOWN_DAYS` days after the part has ended."""
    if part.status not in ENDED:
        return True
    ended = part.status_changes.order_by("-pk").values_list("at", flat=True).first()
    return ended is not None and ended > now - timedelta(days=settings.BUYER_SHOWN_DAYS)


def buyers_seen(parts: QuerySet[CooperativeOrder], *, now: datetime) -> set[int]:
    """Of which of these parts the cooperative still sees who ordered: `sees_buyer` of many, in one query."""
    changes = StatusChange.objects.filter(
        row_type=ContentType.objects.get_for_model(CooperativeOrder), row_id=OuterRef("pk")
    )
    ended = Subquery(changes.order_by("-pk").values("at")[:1])
    lately = now - timedelta(days=settings.BUYER_SHOWN_DAYS)
    seen = parts.annotate(ended=ended).filter(~Q(status__in=ENDED) | Q(ended__gt=lately))
    return set(seen.order_by().values_list("pk", flat=True))


def open_recalls_of(member: CooperativeMember) -> QuerySet[Recall]:
    return Recall.objects.filter(lot__cooperative=member.cooperative_id, closed_at=None).select_related(
        "lot__variant__product"
    )


def colleagues_of(member: CooperativeMember) -> QuerySet[CooperativeMember]:
    """Who works for the same cooperative today, themselves among them."""
    return CooperativeMember.objects.current().filter(cooperative=member.cooperative_id).select_related("user")


def colleague_of(member: CooperativeMember, pk: int) -> CooperativeMember:
    colleague = colleagues_of(member).filter(pk=pk).first()
    if colleague is None:
        raise Http404("this cooperative has no such member")
    return colleague


def invitations_of(member: CooperativeMember) -> QuerySet[Invitation]:
    return Invitation.objects.filter(cooperative=member.cooperative_id).select_related("by")


def invitation_of(member: CooperativeMember, pk: int) -> Invitation:
    invitation = invitations_of(member).filter(pk=pk).first()
    if invitation is None:
        raise Http404("this cooperative has no such invitation")
    return invitation


def evidence_of(member: CooperativeMember) -> QuerySet[Evidence]:
    """The documents of somebody's cooperative, the newest first."""
    return Evidence.objects.filter(cooperative=member.cooperative_id).select_related("product").order_by("-pk")


def document_of(member: CooperativeMember, pk: int) -> Evidence:
    document = evidence_of(member).filter(pk=pk).first()
    if document is None:
        raise Http404("this cooperative has no such document")
    return document


def products_to_prove(member: CooperativeMember) -> QuerySet[Product]:
    """What a document may be about, drafts too."""
    return Product.objects.filter(sale__cooperative=member.cooperative_id).order_by("name", "pk")


def table_of(member: CooperativeMember, pk: int) -> TableImport:
    """A table that this person uploaded for this cooperative."""
    mine = TableImport.objects.filter(cooperative=member.cooperative_id, by=member.user_id)
    table = mine.select_related("cooperative").filter(pk=pk).first()
    if table is None:
        raise Http404("this person uploaded no such table here")
    return table


def may_enter_the_admin(user) -> bool:
    return user.has_perm("wagtailadmin.access_admin")


def person_by_link(uid: str, token: str) -> User:
    """Who may choose another password by this link, which staff made: good once, for `PASSWORD_RESET_TIMEOUT` seconds."""
    with suppress(ValueError, OverflowError, User.DoesNotExist):
        user = User.objects.get(pk=int(urlsafe_base64_decode(uid)), is_active=True)
        if default_token_generator.check_token(user, token) and not may_enter_the_admin(user):
            return user
    raise Http404("nobody may choose a password by this link")


def invitation_by_link(pk: int, signature: str) -> Invitation:
    """The invitation whose link this is, good still or not. Who has the link may use it."""
    invitation = Invitation.objects.select_related("cooperative", "by").filter(pk=pk).first()
    if invitation is None or not invitation.is_signed_by(signature):
        raise Http404("no invitation has this link")
    return invitation
