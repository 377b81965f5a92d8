"""A shop with something in every place, so that hostile requests meet rows and reach deeds."""

from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from catalog.members import actions as members
from catalog.members import shared_phones
from catalog.models import (
    Category,
    CooperativeMember,
    Evidence,
    Invitation,
    Lot,
    ProductPhoto,
    Role,
    ShopDocument,
    ShopImage,
    Variant,
)
from cms.models import (
    ContactPage,
    CooperativePage,
    CooperativesPage,
    ImpactPage,
    LegalText,
    StandardPage,
    StoriesPage,
)
from store.flows.import_table.apply import keep
from store.flows.recall import call_back
from store.flows.summary import summarize
from store.models import Cart, Commune, CooperativeOrder, Order, Recall, TableImport, User, Voucher
from store.statuses import PartStatus
from store.tables.sheet import read_sheet
from tests.factories import (
    CartFactory,
    CategoryFactory,
    CooperativeFactory,
    CourierFactory,
    LotFactory,
    a_commune,
    a_debt,
    a_home,
    a_legal_text,
    a_part,
    a_voucher,
    a_zone,
    advance,
    an_evidence,
    place,
)
from tests.pages.told import a_story

from .remembered import remember

PASSWORD = "a password for the fuzz"
#: Files as production keeps them: names and paths meet a real file system.
FILES_ON_DISK = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@dataclass(frozen=True)
class Shop:
    variants: list[Variant]
    categories: list[Category]
    cart: Cart
    commune: Commune
    orders: list[Order]
    cancelable: list[CooperativeOrder]
    #: Its buyer has it, is owed the price of one unit, and may give another back.
    sold: CooperativeOrder
    page_restriction: PageViewRestriction
    collection_restriction: CollectionViewRestriction
    documents: list[ShopDocument]
    media: str
    staff: User
    #: What the buyer of the cart has seen and accepts, with a courier for every part.
    accepted: str
    terms: LegalText
    #: One that the cart may use, and does not.
    voucher: Voucher
    #: Somebody who manages the first cooperative, with their session; a colleague, and somebody who was invited.
    member: CooperativeMember
    session: str
    colleague: CooperativeMember
    invitation: Invitation
    #: The secret of a telephone that they share.
    phone_token: str
    #: A document of the first cooperative.
    document: Evidence
    #: What that manager uploaded and has not applied.
    table: TableImport
    lots: list[Lot]
    #: Of a lot of the first cooperative, of which somebody has two units.
    recall: Recall
    told: CooperativeOrder


def populate() -> Shop:
    """Two cooperatives, their products, a cart with both, orders in every status, pages, files, somebody of the staff."""
    a_zone()
    cooperatives = [CooperativeFactory(slug="ruche", pickup_hours_fr="9 h à 17 h"), CooperativeFactory()]
    top = CategoryFactory(slug="miels")
    categories = [top, CategoryFactory(slug="miels-rares", parent=top)]
    lots = [
        LotFactory(
            quantity=500,
            variant__product__name_fr=name,
            variant__product__sale__cooperative=cooperative,
            variant__product__sale__category=category,
        )
        for cooperative in cooperatives
        for category, name in zip(categories, ("Miel de thym", "Miel d'oranger"), strict=True)
    ]
    variants = [lot.variant for lot in lots]
    image = ShopImage.objects.create(title="pot", file="originals/pot.webp", width=960, height=960)
    ProductPhoto.objects.create(product=variants[0].product, image=image)
    cart = CartFactory(token="cart-of-the-fuzz-00000", lines=[(variants[0], 2), (variants[2], 1)])
    commune = a_commune()
    page_restriction = _pages(cooperatives[0])
    terms = a_legal_text()
    documents = _documents()
    member, colleague = (_member(cooperatives[0], phone) for phone in ("+212600970011", "+212600970012"))
    invitation = members.invite(cooperatives[0], role=Role.SELLER, name="Rkia", phone="+212600970013")
    session = _session(member)
    _phone, phone_token = shared_phones.share(cooperatives[0], name="Atelier", by=member.user)
    shared_phones.set_pin(member, "8642")
    a_part(PartStatus.SHIPPED, lot=lots[0], courier=CourierFactory())
    recall, told = _recalled(cooperatives[0], top)
    remember()
    return Shop(
        variants=variants,
        categories=categories,
        cart=cart,
        commune=commune,
        orders=_orders(lots),
        cancelable=_cancelable(lots),
        sold=_sold(lots),
        page_restriction=page_restriction,
        collection_restriction=CollectionViewRestriction.objects.get(),
        documents=documents,
        media=default_storage.save("pictures/pot.webp", ContentFile(b"RIFF....WEBP")),
        staff=User.objects.create_superuser("equipe", email="equipe@example.org", password=PASSWORD),
        accepted=summarize(cart, commune=commune, methods={}).accepted(),
        terms=terms,
        voucher=a_voucher(),
        member=member,
        session=session,
        colleague=colleague,
        invitation=invitation,
        phone_token=phone_token,
        document=an_evidence(cooperatives[0]),
        table=keep(
            read_sheet(f"reference;price\n{variants[0].sku};90".encode()),
            cooperative=cooperatives[0],
            by=member.user,
            file_name="prix.csv",
        ),
        lots=lots,
        recall=recall,
        told=told,
    )


def _member(cooperative, phone: str) -> CooperativeMember:
    user = User.objects.create_user(phone, password=PASSWORD, first_name="Khadija", phone=phone)
    asked = members.invite(cooperative, role=Role.MANAGER, name="Khadija", phone=phone)
    return members.accept(asked, user=user)


def _session(member: CooperativeMember) -> str:
    browser = Client()
    browser.force_login(member.user)
    return browser.cookies["sessionid"].value


def _orders(lots) -> list[Order]:
    """An order in each status, under links that are the same in every run."""
    orders = [a_part(status, lot=lots[0]).order for status in PartStatus]
    for number, order in enumerate(orders):
        order.token = f"order-of-the-fuzz-{number:05}"
        order.save(update_fields=["token"])
    return orders


def _cancelable(lots) -> list[CooperativeOrder]:
    """The parts of an order of two cooperatives: one to confirm, one confirmed."""
    order = place(CartFactory(lines=[(lots[0].variant, 1), (lots[2].variant, 1)]))
    order.token = "order-of-the-fuzz-of-two"
    order.save(update_fields=["token"])
    first, second = order.parts.select_related("order").order_by("pk")
    advance(second, PartStatus.CONFIRMED)
    return [first, second]


def _recalled(cooperative, category) -> tuple[Recall, CooperativeOrder]:
    lot = LotFactory(variant__product__sale__cooperative=cooperative, variant__product__sale__category=category)
    told = a_part(PartStatus.DELIVERED, lot=lot)
    recall, _moved = call_back(lot, because="Couvercles mal fermés", by=None)
    return recall, told


def _sold(lots) -> CooperativeOrder:
    part = a_debt(a_part(PartStatus.DELIVERED, lot=lots[0], quantity=3))
    part.order.token = "order-of-the-fuzz-sold00"
    part.order.save(update_fields=["token"])
    return part


def _pages(cooperative) -> PageViewRestriction:
    home = a_home()
    index = home.add_child(instance=CooperativesPage(title="Coopératives", slug="cooperatives"))
    index.add_child(instance=CooperativePage(title="La ruche", slug=cooperative.slug, cooperative=cooperative))
    about = home.add_child(instance=StandardPage(title="Nous", slug="qui-sommes-nous", body="<p>Deux.</p>"))
    about.save_revision().publish()
    home.add_child(instance=ContactPage(title="Contact", slug="contact"))
    home.add_child(instance=ImpactPage(title="Impact", slug="impact"))
    home.add_child(instance=StoriesPage(title="Récits", slug="recits"))
    a_story()
    secret = home.add_child(instance=StandardPage(title="Presse", slug="presse", body="<p>Bientôt.</p>"))
    restriction = PageViewRestriction.objects.create(
        page=secret, restriction_type=PageViewRestriction.PASSWORD, password=PASSWORD
    )
    members = home.add_child(instance=StandardPage(title="Membres", slug="membres", body="<p>Entre nous.</p>"))
    PageViewRestriction.objects.create(page=members, restriction_type=PageViewRestriction.LOGIN)
    return restriction


def _documents() -> list[ShopDocument]:
    """One for everybody and one behind a password."""
    root = Collection.get_first_root_node()
    secret = root.add_child(instance=Collection(name="Presse"))
    CollectionViewRestriction.objects.create(
        collection=secret, restriction_type=CollectionViewRestriction.PASSWORD, password=PASSWORD
    )
    return [
        ShopDocument.objects.create(
            title="Statuts", collection=collection, file=ContentFile(b"%PDF-1.7", "statuts.pdf")
        )
        for collection in (root, secret)
    ]
