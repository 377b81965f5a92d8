"""A woman of the cooperative makes the page of a new honey on her telephone; a reviewer reads it, and a buyer finds it."""

import io
import re

from PIL import Image
from playwright.sync_api import expect

from tests.factories import an_evidence

from .people import follow, says
from .small_shop import PASSWORD, REVIEWER
from .test_workspace_journey import come_in, is_sound, staff_invite


def from_the_camera(color: str, *, size: tuple[int, int] = (400, 300)) -> dict:
    """As telephones keep a photo that was taken upright: lying on its side, with a word on how to turn it."""
    picture, told = Image.new("RGB", size, color), Image.Exif()
    told[0x0112] = 6
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=told)
    return {"name": f"{color}.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def test_a_new_product_with_three_photos_from_entry_to_live(small_shop, open_here):
    amal, rkia, buyer = open_here("desk"), open_here("phone"), open_here("phone")
    an_evidence(small_shop.honey.cooperative)
    come_in(rkia, staff_invite(amal))
    follow(rkia, "المنتجات", within=rkia)
    assert is_sound(rkia)
    rkia.get_by_role("link", name="منتج جديد").first.click()
    rkia.locator("[name=name_fr]").fill("Miel d’oranger")
    rkia.locator("[name=name_ar]").fill("عسل زهر البرتقال")
    rkia.locator("[name=category]").select_option(index=1)
    rkia.locator("[name=use]").select_option("food")
    rkia.locator("[name=size]").fill("250")
    rkia.locator("[name=price]").fill("95")
    assert is_sound(rkia)
    rkia.get_by_role("button", name="بدء المسودة").click()
    product = rkia.url

    rkia.get_by_role("link", name=re.compile("الصور")).click()
    photos = [from_the_camera("goldenrod", size=(3000, 2250)), from_the_camera("peru"), from_the_camera("olive")]
    rkia.set_input_files("[name=file]", photos)
    rkia.get_by_role("button", name="إضافة الصورة").click()
    expect(rkia.locator(".shots > li")).to_have_count(3)
    rkia.wait_for_load_state("networkidle")  # the script has opened the page anew
    assert is_sound(rkia)
    for field in rkia.locator("[name$=alt_fr]").all():
        field.fill("Un pot de miel doré sur une table")
    rkia.get_by_role("button", name="حفظ النصوص").click()

    rkia.goto(product)
    rkia.get_by_role("link", name="النصوص").click()
    rkia.locator("[name=summary_fr]").fill("Clair, floral, récolté en avril")
    rkia.locator("[name=description_fr]").fill("Nos ruches passent le printemps dans les orangeraies.")
    for needed in ("composition_fr", "composition_ar", "advice_fr", "advice_ar"):
        rkia.locator(f"[name={needed}]").fill("Miel de fleurs d’oranger · عسل")
    rkia.locator("[name=description_ar]").fill("تقضي خلايانا الربيع بين أشجار البرتقال.")
    assert is_sound(rkia)
    rkia.get_by_role("button", name="حفظ النصوص").click()
    rkia.get_by_role("button", name="إرساله إلى المراجعة").click()
    expect(rkia.locator(".badge")).to_have_text("قيد المراجعة")
    assert is_sound(rkia)

    review(amal)
    rkia.reload()
    expect(rkia.locator(".badge")).to_have_text("قيد البيع")
    buyer.goto("/fr/boutique/miel-doranger/")
    assert says(buyer, "Nos ruches passent le printemps dans les orangeraies.")
    assert buyer.locator(".gallery__item").count() == 3
    upright = buyer.locator(".gallery__item img").first.evaluate("each => each.naturalHeight > each.naturalWidth")
    assert upright
    assert small_shop.books_agree()


def review(page) -> None:
    """Somebody of the moderators reads what waits, and approves it."""
    page.context.clear_cookies()
    page.goto("/admin/login/?next=/admin/reviews/")
    page.fill("[name=username]", REVIEWER)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/reviews/")
    page.get_by_role("link", name="Miel d’oranger").click()
    assert says(page, "Nos ruches passent le printemps dans les orangeraies.")
    page.get_by_role("button", name=re.compile("Approuver")).click()
    page.wait_for_url("**/admin/reviews/")
