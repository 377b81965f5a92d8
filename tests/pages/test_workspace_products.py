"""A cooperative writes its products; what is on sale stays until a reviewer approves something else."""

from decimal import Decimal

import pytest
from django.utils import timezone

from catalog.models import Cooperative, Lot, Product, ProductSale, ReviewNote, Role, ShopImage, Variant
from catalog.products import drafts
from store.flows.mails import compose
from store.models import OutboxMessage
from store.outbox.actions import deliver_due
from tests.factories import CooperativeFactory, LotFactory, an_evidence

from .admin_people import editor, moderator, queries_of, staff
from .members import a_member, at_work, browser_of, space_of
from .product_pages import add_photo, deed, new_product, on_sale, page_of, shop_page, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


# -- From the first word to the shelf ----------------------------------------------------------------------------------------


def test_a_new_product_is_a_draft_with_an_address_and_a_reference_of_its_own():
    cooperative = CooperativeFactory()
    answer = new_product(at_work(cooperative), cooperative)
    product = Product.objects.get()
    assert answer["location"] == page_of(product)
    assert (product.live, product.name_ar, product.sale.slug) == (False, "عسل البرتقال", "miel-doranger")
    [variant] = product.variants.all()
    assert (variant.sku, variant.price) == ("MIEL-DORANGER-250", Decimal("85.00"))
    assert at_work(cooperative).get(shop_page(product)).status_code == 404


def test_two_products_of_one_name_have_two_addresses():
    cooperative = CooperativeFactory()
    browser = at_work(cooperative)
    for _time in range(2):
        new_product(browser, cooperative)
    assert sorted(ProductSale.objects.values_list("slug", flat=True)) == ["miel-doranger", "miel-doranger-2"]


def test_a_product_with_an_arabic_name_alone_can_be_begun():
    cooperative = CooperativeFactory()
    assert new_product(at_work(cooperative), cooperative, name_fr="").status_code == 302
    assert ProductSale.objects.get().slug.startswith(cooperative.slug)


@pytest.mark.parametrize(
    "changes",
    [{"name_fr": "", "name_ar": ""}, {"size": "0"}, {"size": "2.5"}, {"price": "-3"}, {"price": "cher"}, {"use": "magic"},
     {"category": "999999"}, {"name_fr": "x" * 121}],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_nothing_is_begun(changes):
    cooperative = CooperativeFactory()
    answer = new_product(at_work(cooperative), cooperative, **changes)
    assert answer.status_code == 422 and "errorlist" in answer.content.decode()
    assert Product.objects.count() == 0


def test_from_entry_to_live():
    cooperative = CooperativeFactory()
    member, reviewer = at_work(cooperative), moderator()
    new_product(member, cooperative)
    product = Product.objects.get()
    needed = dict.fromkeys(["composition_fr", "composition_ar", "advice_fr", "advice_ar"], "Miel · عسل")
    write(member, product, summary_fr="Doux et clair", description_fr="Des vergers de Meknès.", **needed)
    an_evidence(cooperative)
    add_photo(member, product)
    deed(member, product, "submit")
    product.refresh_from_db()
    assert not product.live and product.workflow_in_progress
    read = reviewer.get(f"/admin/reviews/{product.pk}/")
    assert "Des vergers de Meknès." in read.content.decode()
    reviewer.post(f"/admin/reviews/{product.pk}/", {"seen": product.latest_revision_id, "comment": ""})
    LotFactory(variant=product.variants.get(), quantity=5)
    shown = member.get(shop_page(product)).content.decode()
    assert "Des vergers de Meknès." in shown and "Doux et clair" in shown


def test_without_a_french_name_a_photo_and_a_size_nothing_is_sent():
    cooperative = CooperativeFactory()
    member = at_work(cooperative)
    new_product(member, cooperative, name_fr="")
    product = Product.objects.get()
    answer = deed(member, product, "submit")
    product.refresh_from_db()
    assert not product.workflow_in_progress
    told = member.get(answer["location"]).content.decode()
    assert "Écrivez son nom en français." in told and "Ajoutez une photo." in told


# -- While the approved version sells ----------------------------------------------------------------------------------------


def test_the_buyers_page_does_not_move_until_approval():
    cooperative = CooperativeFactory()
    product = on_sale(cooperative, summary_fr="Ancien")
    member, reviewer = at_work(cooperative), moderator()
    add_photo(member, product)
    before = member.get(shop_page(product)).content
    write(member, product, summary_fr="Nouveau")
    assert member.get(shop_page(product)).content == before
    deed(member, product, "submit")
    assert member.get(shop_page(product)).content == before
    reviewer.post(f"/admin/reviews/{product.pk}/", {"seen": Product.objects.get().latest_revision_id})
    assert "Nouveau" in member.get(shop_page(product)).content.decode()


def test_publishing_the_oldest_words_touches_no_stock_price_or_size():
    cooperative = CooperativeFactory()
    product = on_sale(cooperative)
    member, oldest = at_work(cooperative), product.revisions.order_by("pk").first()
    variant = product.variants.get()
    member.post(
        page_of(product, "tailles/"), {"deed": "price", "variant": variant.pk, "seen": variant.price, "price": "99"}
    )
    member.post(page_of(product, "tailles/"), {"deed": "add", "size": "500", "unit": "g", "price": "160"})
    offered = list(Variant.objects.order_by("pk").values("sku", "price", "is_active"))
    stock = list(Lot.objects.values("on_hand", "reserved"))
    oldest.publish()
    assert list(Variant.objects.order_by("pk").values("sku", "price", "is_active")) == offered
    assert list(Lot.objects.values("on_hand", "reserved")) == stock and len(offered) == 2
    assert ProductSale.objects.get().withdrawn_at is None


def test_a_change_while_it_is_in_review_is_another_review_of_which_nobody_is_told_twice():
    cooperative = CooperativeFactory()
    product, member = on_sale(cooperative), at_work(cooperative)
    moderator()
    add_photo(member, product)
    deed(member, product, "submit")
    first = Product.objects.get().current_workflow_task_state
    write(member, product, summary_fr="Encore mieux")
    product.refresh_from_db()
    second = product.current_workflow_task_state
    assert first.pk != second.pk and second.revision_id == product.latest_revision_id
    assert OutboxMessage.objects.filter(kind="review_submitted").count() == 1


def test_a_reviewer_who_read_another_version_decides_nothing():
    cooperative = CooperativeFactory()
    product, member, reviewer = on_sale(cooperative), at_work(cooperative), moderator()
    add_photo(member, product)
    deed(member, product, "submit")
    seen = Product.objects.get().latest_revision_id
    write(member, product, summary_fr="Encore mieux")
    reviewer.post(f"/admin/reviews/{product.pk}/", {"seen": seen})
    product.refresh_from_db()
    assert product.workflow_in_progress and product.has_unpublished_changes


def test_a_draft_is_taken_back_from_review():
    cooperative = CooperativeFactory()
    product, member = on_sale(cooperative), at_work(cooperative)
    add_photo(member, product)
    deed(member, product, "submit")
    deed(member, product, "take_back")
    product.refresh_from_db()
    assert not product.workflow_in_progress and product.has_unpublished_changes


# -- Sent back ---------------------------------------------------------------------------------------------------------------


def test_notes_for_each_text_and_language_reach_who_wrote_it():
    cooperative = CooperativeFactory()
    membership = a_member(cooperative)
    membership.user.email = "khadija@example.org"
    membership.user.save()
    member, reviewer, product = browser_of(membership), moderator(), on_sale(cooperative)
    write(member, product, summary_fr="Guérit tout", summary_ar="يشفي كل شيء")
    add_photo(member, product)
    deed(member, product, "submit")
    answer = reviewer.post(
        f"/admin/reviews/{product.pk}/",
        {
            "seen": Product.objects.get().latest_revision_id,
            "comment": "Presque.",
            "note_summary_fr": "On ne promet pas de guérir.",
            "note_summary_ar": "لا تعدوا بالشفاء.",
            "send_back": "1",
        },
    )
    assert answer.status_code == 302
    assert set(ReviewNote.objects.values_list("place", "language")) == {("summary", "fr"), ("summary", "ar")}
    page = member.get(page_of(product)).content.decode()
    assert "Presque." in page and "On ne promet pas de guérir." in page
    assert "لا تعدوا بالشفاء." in member.get(page_of(product, "textes/")).content.decode()

    [written] = OutboxMessage.objects.filter(kind="review_rejected", recipient="khadija@example.org")
    text = compose(written).text
    assert page_of(product) in text and "On ne promet pas de guérir." in text and "/admin/" not in text

    write(member, product, summary_fr="Doux", summary_ar="حلو")
    deed(member, product, "submit")
    assert "Presque." not in member.get(page_of(product)).content.decode()
    assert deliver_due(compose) >= 1


def test_a_correction_by_the_reviewer_is_what_is_approved_and_an_older_page_decides_nothing():
    cooperative = CooperativeFactory()
    product, member, reviewer = on_sale(cooperative), at_work(cooperative), moderator()
    write(member, product, summary_fr="Du miel doux")
    add_photo(member, product)
    deed(member, product, "submit")
    read = Product.objects.get().latest_revision_id
    drafts.change(product, lambda draft: setattr(draft, "summary_fr", "Corrigé"), by=None)
    Product.objects.get().current_workflow_state.task_states.update(revision=read)  # as Wagtail's editor leaves it
    reviewer.post(f"/admin/reviews/{product.pk}/", {"seen": read})
    assert Product.objects.get().workflow_in_progress
    page = reviewer.get(f"/admin/reviews/{product.pk}/")
    assert "Corrigé" in page.content.decode()
    reviewer.post(f"/admin/reviews/{product.pk}/", page.context["form"].initial)
    assert Product.objects.get().summary_fr == "Corrigé"


def test_notes_are_never_dropped_by_approving():
    cooperative = CooperativeFactory()
    product, member, reviewer = on_sale(cooperative), at_work(cooperative), moderator()
    write(member, product, latin_name="Apis mellifera")
    add_photo(member, product)
    deed(member, product, "submit")
    seen = Product.objects.get().latest_revision_id
    noted = {"seen": seen, "note_latin_name_fr": "C’est l’abeille, pas la plante."}
    answer = reviewer.post(f"/admin/reviews/{product.pk}/", noted)
    assert answer.status_code == 200 and Product.objects.get().workflow_in_progress
    reviewer.post(f"/admin/reviews/{product.pk}/", {**noted, "send_back": "1"})
    assert "C’est l’abeille" in member.get(page_of(product, "textes/")).content.decode()


def test_a_draft_whose_picture_was_deleted_can_still_be_opened():
    cooperative = CooperativeFactory()
    product, member = on_sale(cooperative), at_work(cooperative)
    add_photo(member, product)
    ShopImage.objects.all().delete()
    for page in ("", "textes/", "photos/", "changements/"):
        assert member.get(page_of(product, page)).status_code == 200


def test_sending_back_needs_a_word():
    cooperative = CooperativeFactory()
    product, member, reviewer = on_sale(cooperative), at_work(cooperative), moderator()
    add_photo(member, product)
    deed(member, product, "submit")
    seen = Product.objects.get().latest_revision_id
    answer = reviewer.post(f"/admin/reviews/{product.pk}/", {"seen": seen, "send_back": "1"})
    assert answer.status_code == 200 and answer.context["form"].errors.keys() == {"comment"}
    assert Product.objects.get().workflow_in_progress


@pytest.mark.parametrize("who", [staff, editor])
def test_only_reviewers_decide(who):
    cooperative = CooperativeFactory()
    product, member = on_sale(cooperative), at_work(cooperative)
    add_photo(member, product)
    deed(member, product, "submit")
    answer = who().post(f"/admin/reviews/{product.pk}/", {"seen": Product.objects.get().latest_revision_id})
    assert answer.status_code in (302, 403) and Product.objects.get().workflow_in_progress


# -- Before and after --------------------------------------------------------------------------------------------------------


def test_member_and_reviewer_see_the_same_before_and_after():
    cooperative = CooperativeFactory()
    product, member, reviewer = on_sale(cooperative, summary_fr="Ancienne douceur"), at_work(cooperative), moderator()
    write(member, product, summary_fr="Nouvelle douceur")
    add_photo(member, product)
    deed(member, product, "submit")
    marked = '<del class="goes">Ancienne</del><ins class="comes">Nouvelle</ins> douceur'
    assert marked in member.get(page_of(product, "changements/")).content.decode()
    assert marked in reviewer.get(f"/admin/reviews/{product.pk}/").content.decode()
    for browser, address in [
        (member, page_of(product, "apercu/{}/")),
        (reviewer, f"/admin/reviews/{product.pk}/{{}}/fr/"),
    ]:
        before, after = (browser.get(address.format(which)) for which in ("before", "after"))
        assert "Ancienne douceur" in before.content.decode() and "Nouvelle douceur" in after.content.decode()
        assert {before["X-Frame-Options"], after["X-Frame-Options"]} == {"SAMEORIGIN"}


def test_a_text_that_only_went_through_a_browser_is_no_change():
    cooperative = CooperativeFactory()
    product, member = on_sale(cooperative, description_fr="Un.\n\nDeux."), at_work(cooperative)
    write(member, product, description_fr="Un.\r\n\r\nDeux.", summary_fr="Autre")
    page = member.get(page_of(product, "changements/"))
    assert "1 texte change" in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]


def test_what_was_written_is_shown_as_text_never_as_markup():
    cooperative = CooperativeFactory()
    product, member = on_sale(cooperative), at_work(cooperative)
    write(member, product, summary_fr="<script>alert(1)</script>")
    for page in ("changements/", "apercu/after/", "textes/", ""):
        assert "<script>alert" not in member.get(page_of(product, page)).content.decode()


def test_two_who_write_at_once_lose_nothing():
    cooperative = CooperativeFactory()
    product, browser = on_sale(cooperative), at_work(cooperative)
    form = browser.get(page_of(product, "textes/")).context["form"]
    write(browser, product, summary_fr="Le premier")
    late = {**form.initial, "summary_fr": "Le second"}
    answer = browser.post(page_of(product, "textes/"), late)
    assert answer.status_code == 422 and "Le second" in answer.content.decode()
    assert drafts.draft_of(Product.objects.get()).summary_fr == "Le premier"
    again = {**late, "seen": answer.context["form"].data["seen"]}
    assert browser.post(page_of(product, "textes/"), again).status_code == 302
    assert drafts.draft_of(Product.objects.get()).summary_fr == "Le second"


# -- Who may ------------------------------------------------------------------------------------------------------------------


def test_sellers_write_and_do_not_set_prices():
    cooperative = CooperativeFactory()
    product, seller = on_sale(cooperative), at_work(cooperative, Role.SELLER)
    assert write(seller, product, summary_fr="Par la vendeuse").status_code == 302
    assert seller.get(page_of(product, "tailles/")).status_code == 403
    assert seller.get(space_of(cooperative, "produits/nouveau/")).status_code == 403
    assert deed(seller, product, "withdraw").status_code == 403
    assert ProductSale.objects.get().withdrawn_at is None


def test_a_packer_does_not_write_products():
    cooperative = CooperativeFactory()
    product = on_sale(cooperative)
    assert at_work(cooperative, Role.PACKER).get(page_of(product)).status_code == 403


def test_a_suspended_cooperative_sends_nothing_to_review():
    cooperative = CooperativeFactory()
    product, browser = on_sale(cooperative), at_work(cooperative)
    add_photo(browser, product)
    Cooperative.objects.update(suspended_at=timezone.now())
    deed(browser, product, "submit")
    assert not Product.objects.get().workflow_in_progress


def test_the_list_asks_the_same_for_one_product_and_for_many():
    cooperative = CooperativeFactory()
    browser, address = at_work(cooperative), space_of(cooperative, "produits/")
    on_sale(cooperative)
    one = queries_of(browser, address)
    for number in range(6):
        add_photo(browser, on_sale(cooperative, name_fr=f"Miel {number}"))
    assert queries_of(browser, address) <= one + 1


def test_the_products_of_a_new_cooperative_are_an_invitation_to_begin():
    cooperative = CooperativeFactory()
    assert "/produits/nouveau/" in at_work(cooperative).get(space_of(cooperative, "produits/")).content.decode()
