import io

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.models import TaskState

from catalog.models import Category, Product, ProductSale, ShopImage, Variant
from catalog.products import admin
from tests.factories import CategoryFactory, CooperativeFactory, ProductFactory, VariantFactory

from .admin_people import contributor, editor, moderator, queries_of, staff, superuser

pytestmark = pytest.mark.django_db

LIST = "/admin/snippets/catalog/product/"
NO_PHOTOS = {
    "photos-TOTAL_FORMS": 0,
    "photos-INITIAL_FORMS": 0,
    "photos-MIN_NUM_FORMS": 0,
    "photos-MAX_NUM_FORMS": 1000,
}
WORDS = {
    f"{field}_{language}": ""
    for field in ("name", "summary", "description", "composition", "advice")
    for language in ("fr", "ar", "en")
} | {"name_zgh": "", "latin_name": ""}


def at(view: str, product: Product, *args) -> str:
    return reverse(f"wagtailsnippets_catalog_product:{view}", args=[product.pk, *args])


def answers(**changes) -> dict:
    return {**NO_PHOTOS, **WORDS, **changes}


def new_product(**changes) -> dict:
    return answers(
        name_fr="Miel de thym",
        cooperative=CooperativeFactory().pk,
        category=CategoryFactory().pk,
        slug="miel-de-thym",
        use="food",
        **changes,
    )


def a_product(**fields) -> Product:
    """A live product with a revision, as the shop has them."""
    product = ProductFactory(**fields)
    product.save_revision().publish()
    return Product.objects.get(pk=product.pk)


def test_a_new_product_is_a_draft_and_gets_its_sale_at_once():
    form = new_product(name_ar="عسل الزعتر")
    assert staff().post(LIST + "add/", form).status_code == 302
    product = Product.objects.get()
    assert (product.live, product.name_fr, product.name_ar) == (False, "Miel de thym", "عسل الزعتر")
    sale = (product.sale.cooperative_id, product.sale.category_id, product.sale.slug, product.sale.use)
    assert sale == (form["cooperative"], form["category"], "miel-de-thym", "food")
    assert "miel de thym" in product.sale.search_text
    assert product.revisions.count() == 1


def test_a_new_product_can_be_published_at_once():
    words = {"composition_fr": "Miel, huile", "composition_ar": "عسل وزيت", "action-publish": "1"}
    staff().post(LIST + "add/", new_product(**words) | {"use": "gift"})
    assert Product.objects.get().live


@pytest.mark.parametrize("missing", ["cooperative", "category", "slug", "use", "name_fr"])
def test_even_a_draft_needs_to_say_how_it_is_sold_and_a_french_name(missing):
    answer = staff().post(LIST + "add/", new_product() | {missing: ""})
    assert answer.status_code == 200 and answer.context["form"].errors.keys() == {missing}
    assert (Product.objects.count(), ProductSale.objects.count()) == (0, 0)


def test_an_address_that_is_taken_is_refused_in_words_and_nothing_is_written():
    taken = ProductFactory(sale__slug="miel-de-thym")
    answer = staff().post(LIST + "add/", new_product())
    assert "Another product has this address already." in answer.content.decode()
    assert list(Product.objects.all()) == [taken]


def test_the_page_of_an_existing_product_does_not_ask_how_it_is_sold():
    product = a_product()
    form = moderator().get(at("edit", product)).context["form"]
    assert not set(form.fields) & {"cooperative", "category", "slug", "use"}


def test_arabic_is_written_from_right_to_left():
    form = moderator().get(at("edit", a_product())).context["form"]
    assert {form.fields[f"{field}_ar"].widget.attrs["dir"] for field in ("name", "summary", "description")} == {"rtl"}


def test_editing_a_live_product_leaves_what_buyers_see_until_it_is_published():
    product, browser = a_product(name_fr="Miel"), moderator()
    browser.post(at("edit", product), answers(name_fr="Miel de montagne"))
    product.refresh_from_db()
    assert (product.name_fr, product.has_unpublished_changes) == ("Miel", True)

    browser.post(at("edit", product), answers(name_fr="Miel de montagne", **{"action-publish": "1"}))
    product.refresh_from_db()
    assert (product.name_fr, product.has_unpublished_changes) == ("Miel de montagne", False)
    assert "montagne" in product.sale.search_text


def test_going_back_to_an_old_revision_leaves_price_and_sale_alone():
    product, browser = a_product(name_fr="Ancien"), moderator()
    variant, first = VariantFactory(product=product), product.latest_revision
    browser.post(at("edit", product), answers(name_fr="Nouveau", **{"action-publish": "1"}))
    Variant.objects.update(price="99.00")
    browser.post(at("revisions_revert", product, first.pk), answers(name_fr="Ancien", **{"action-publish": "1"}))
    product.refresh_from_db()
    variant.refresh_from_db()
    assert (product.name_fr, str(variant.price), product.sale.withdrawn_at) == ("Ancien", "99.00", None)


def test_publishing_that_fails_leaves_nothing_half_done(monkeypatch):
    product, browser = a_product(name_fr="Miel"), moderator()
    browser.raise_request_exception = False
    monkeypatch.setattr(admin.ProductEditView, "save_action", lambda view: 1 / 0)
    form = answers(name_fr="Autre", **{"action-publish": "1"})
    assert browser.post(at("edit", product), form).status_code == 500
    product.refresh_from_db()
    assert (product.name_fr, product.revisions.count()) == ("Miel", 1)
    monkeypatch.undo()
    browser.post(at("edit", product), form)
    product.refresh_from_db()
    assert product.name_fr == "Autre"


@pytest.mark.parametrize(
    ("language", "direction", "name"), [("fr", "ltr", "Miel"), ("ar", "rtl", "عسل"), ("en", "ltr", "Honey")]
)
def test_a_preview_shows_the_unsaved_words_in_the_asked_language(language, direction, name):
    product, browser = a_product(name_fr="Avant"), moderator()
    form = answers(name_fr="Miel", name_ar="عسل", name_en="Honey")
    assert browser.post(at("preview_on_edit", product), form).json() == {"is_valid": True, "is_available": True}
    page = browser.get(at("preview_on_edit", product) + f"?mode={language}")
    assert page.status_code == 200
    assert f'lang="{language}"' in page.content.decode() and f'dir="{direction}"' in page.content.decode()
    assert f"<h1>{name}" in page.content.decode()


def test_a_product_that_was_never_saved_has_a_preview_too():
    browser = staff()
    browser.post(LIST + "preview/", answers(name_fr="Tout nouveau"))
    page = browser.get(LIST + "preview/?mode=fr")
    assert page.status_code == 200 and "<h1>Tout nouveau" in page.content.decode()


def test_the_list_asks_as_many_queries_for_ten_products_as_for_one():
    browser, counts = moderator(), []
    for size in (1, 10):
        while Product.objects.count() < size:
            product = a_product()
            VariantFactory(product=product)
            product.save_revision()
        counts.append(queries_of(browser, LIST))
    assert counts[0] == counts[1]


def test_the_list_is_searched_in_every_language_and_filtered_by_cooperative_and_status():
    honey = a_product(name_fr="Miel", name_ar="عسل الزعتر")
    oil = ProductFactory(name_fr="Huile", live=False)
    browser = moderator()

    def found(query: str) -> list[Product]:
        return list(browser.get(LIST + query).context["object_list"])

    assert found("?q=الزعتر") == [honey]
    assert found(f"?cooperative={oil.sale.cooperative_id}") == [oil]
    assert (found("?live=true"), found("?live=false")) == ([honey], [oil])


def test_a_review_leads_to_publication_and_its_writer_cannot_publish():
    product, writer = a_product(name_fr="Miel"), contributor()
    writer.post(at("edit", product), answers(name_fr="Forcé", **{"action-publish": "1"}))
    product.refresh_from_db()
    assert product.name_fr == "Miel"

    writer.post(at("edit", product), answers(name_fr="Relu", **{"action-submit": "1"}))
    state = TaskState.objects.get()
    writer.post(at("workflow_action", product, "approve", state.pk))
    assert Product.objects.get().name_fr == "Miel"

    superuser().post(at("workflow_action", product, "approve", state.pk), {"comment": ""})
    assert Product.objects.get().name_fr == "Relu"


def test_a_review_is_only_decided_from_the_page_of_its_own_product():
    mine, other, writer, root = a_product(name_fr="A"), a_product(name_fr="B"), contributor(), superuser()
    for product in (mine, other):
        writer.post(at("edit", product), answers(name_fr="Relu", **{"action-submit": "1"}))
    foreign = TaskState.objects.get(revision__object_id=str(other.pk))
    assert root.post(at("workflow_action", mine, "approve", foreign.pk), {"comment": ""}).status_code == 404
    other.refresh_from_db()
    assert other.name_fr == "B"


@pytest.mark.parametrize("path", [LIST, LIST + "add/"])
def test_a_visitor_is_sent_to_the_login(path):
    answer = Client().get(path)
    assert (answer.status_code, answer["location"].split("?")[0]) == (302, "/admin/login/")


def test_nobody_copies_or_deletes_a_product():
    product, root = a_product(), superuser()
    assert root.post(f"{LIST}copy/{product.pk}/", answers(name_fr="X")).status_code == 404
    assert root.post(at("delete", product)).status_code == 302
    assert Product.objects.get().name_fr == product.name_fr


def test_staff_retire_a_variant_and_nobody_deletes_one():
    variant, browser = VariantFactory(), staff()
    form = {"sku": variant.sku, "size": 250, "unit": "g", "price": "90.50"}  # an unticked box is absent
    assert browser.post(f"/admin/variants/edit/{variant.pk}/", form).status_code == 302
    variant.refresh_from_db()
    assert (variant.is_active, str(variant.price)) == (False, "90.50")
    assert superuser().post(f"/admin/variants/delete/{variant.pk}/").status_code == 404
    assert Variant.objects.get() == variant


def test_the_sale_of_a_product_keeps_its_cooperative():
    product, browser, other = ProductFactory(), staff(), CooperativeFactory()
    sale = product.sale
    form = {
        "category": sale.category_id,
        "slug": "autre-adresse",
        "use": sale.use,
        "tax_per_mille": "100",
        "returnable": "unopened",
        "cooperative": other.pk,
        "withdrawn_at": "",
    }
    assert browser.post(f"/admin/product-sales/edit/{sale.pk}/", form).status_code == 302
    again = ProductSale.objects.get()
    assert (again.slug, again.cooperative) == ("autre-adresse", sale.cooperative)


def test_a_category_that_holds_products_is_not_deleted_and_says_so():
    full, empty, root = ProductFactory().sale.category, CategoryFactory(), superuser()
    answer = root.post(f"/admin/categories/delete/{full.pk}/")
    assert answer.status_code == 200 and "still holds products" in answer.content.decode()
    assert root.post(f"/admin/categories/delete/{empty.pk}/").status_code == 302
    assert list(Category.objects.all()) == [full]


def test_an_editor_adds_a_picture():
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "olive").save(file, "PNG")
    file.seek(0)
    file.name = "olive.png"
    answer = editor().post("/admin/images/add/", {"title": "Olive", "file": file, "collection": 1})
    assert answer.status_code == 200 or answer.status_code == 302
    assert [image.title for image in ShopImage.objects.all()] in (["Olive"], ["olive.png"])
