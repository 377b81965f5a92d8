"""A woman of the cooperative comes in by a link, and brings an order from the call to the door on her telephone, in Arabic."""

import re

import pypdfium2
from playwright.sync_api import expect

from catalog.stock.queries import stock_of
from tests.pages.test_workspace_papers import codes_on, text_of

from .people import check_out, enter, fill_cart, follow, says
from .test_accessibility import faults
from .test_guest_buys_from_two_cooperatives import fits
from .test_weight import KB, weigh

HER_PASSWORD = "زعتر الأطلس الصباحي"


def test_an_invited_member_brings_an_order_from_the_call_to_the_door(small_shop, open_here):
    buyer, amal, rkia = open_here("phone"), open_here("desk"), open_here("phone")
    fill_cart(buyer, "fr", "miel-thym")
    order = check_out(buyer, name="Salma Berrada", phone="06 00 97 50 01", email="")

    come_in(rkia, staff_invite(amal))
    assert is_sound(rkia)
    rkia.get_by_role("link", name="Salma Berrada").click()
    whatsapp = rkia.get_by_role("link", name="مراسلة عبر واتساب").get_attribute("href")
    assert whatsapp.startswith("https://wa.me/212600975001?text=Bonjour%20Salma")

    for button, now in [
        ("يريده", "مؤكَّد"),
        ("تمت التعبئة", "معبَّأ"),
        ("خرج الطرد", "في الطريق"),
        ("وصل إلى المشتري", "مُسلَّم"),
    ]:
        assert is_sound(rkia)
        if button == "تمت التعبئة":
            scan(rkia, f"{order.page}/lots/{small_shop.honey.code}/")
        if button == "خرج الطرد":
            label = rkia.request.get(rkia.get_by_role("link", name="ملصق الطرد").get_attribute("href")).body()
            assert codes_on(pypdfium2.PdfDocument(label)) == {"Code128": order.number, "QRCode": rkia.url}
            slip = rkia.request.get(rkia.get_by_role("link", name="بيان محتوى الطرد").get_attribute("href")).body()
            assert small_shop.honey.code in text_of(pypdfium2.PdfDocument(slip))
            rkia.locator("[name=courier]").select_option("Rachid")
        rkia.get_by_role("button", name=re.compile(button)).click()
        expect(rkia.locator(".badge")).to_have_text(now)

    buyer.goto(order.page)
    assert says(buyer, "Livrée")
    assert small_shop.on_the_shelf(small_shop.honey) == 9
    assert small_shop.books_agree()


def test_a_manager_invites_somebody_who_logs_in_again_the_next_day(small_shop, open_here):
    amal, khadija, rkia = open_here("desk"), open_here("phone"), open_here("phone")
    come_in(khadija, staff_invite(amal))
    follow(khadija, "المزيد", within=khadija)
    assert is_sound(khadija)
    khadija.get_by_role("link", name="الأعضاء").click()
    khadija.locator("[name=name]").fill("رقية")
    khadija.locator("[name=phone]").fill("06 00 97 50 03")
    khadija.get_by_role("radio", name="تحضير الطلبات").check()
    assert is_sound(khadija)
    khadija.get_by_role("button", name="إعداد الدعوة").click()
    come_in(rkia, khadija.locator(".link-shown").input_value())
    rkia.get_by_role("link", name="المزيد").click()
    assert says(rkia, "صورتكم ورقمكم السري") and rkia.get_by_role("link", name="الأعضاء").count() == 0

    rkia.get_by_role("button", name="خروج").click()
    rkia.locator("[name=login]").fill("٠٦٠٠٩٧٥٠٠٣")
    rkia.locator("[name=password]").fill(HER_PASSWORD)
    assert is_sound(rkia)
    rkia.get_by_role("button", name="دخول").click()
    assert says(rkia, "اليوم")


def test_new_jars_are_on_sale_after_three_fields(small_shop, open_here):
    amal, rkia = open_here("desk"), open_here("phone")
    come_in(rkia, staff_invite(amal))
    follow(rkia, "المخزون", within=rkia)
    assert is_sound(rkia)
    rkia.get_by_role("link", name="إضافة إنتاج جديد").first.click()
    rkia.locator("[name=variant]").select_option(index=1)
    rkia.locator("[name=quantity]").fill("24")
    rkia.locator("[name=best_before]").fill("2031-05-01")
    assert is_sound(rkia)
    rkia.get_by_role("button", name="وضعها على الرف").click()
    assert says(rkia, "24")
    assert is_sound(rkia)
    assert stock_of([small_shop.honey.variant_id])[small_shop.honey.variant_id].available == 34
    assert small_shop.books_agree()


def test_a_page_of_the_workspace_is_light(small_shop, open_here):
    amal, rkia = open_here("desk"), open_here("phone")
    come_in(rkia, staff_invite(amal))
    today = rkia.url
    new = rkia.context.new_page()
    assert weigh(new, today)["all"] <= 60 * KB


def scan(page, read: str) -> None:
    """She holds a jar before the camera of her telephone, which reads this from it."""
    page.evaluate(
        """read => {
            window.BarcodeDetector = class { async detect() { return [{ rawValue: read }]; } };
            const picture = document.createElement("canvas");
            navigator.mediaDevices.getUserMedia = async () => {
                const stream = picture.captureStream(10);
                setInterval(() => picture.getContext("2d").fillRect(0, 0, 9, 9), 50);
                return stream;
            };
        }""",
        read,
    )
    page.add_script_tag(url="/static/js/scan.js")  # anew, in a browser that can
    page.locator(".codes summary").click()
    page.get_by_role("button", name="مسح الرمز").click()
    expect(page.locator(".codes input")).to_have_value(read.rstrip("/").rpartition("/")[2])
    expect(page.locator("#scanner")).not_to_be_visible()


#: A browser with a voice for Arabic, which notes what it is asked to say.
VOICE = """
  window.said = [];
  speechSynthesis.getVoices = () => [{ lang: "ar-MA", name: "Voice" }];
  speechSynthesis.speak = ({ text }) => said.push(text);
  SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def test_big_acts_are_spoken_where_the_browser_has_a_voice(small_shop, open_here):
    amal, rkia = open_here("desk"), open_here("phone")
    come_in(rkia, staff_invite(amal))
    assert rkia.locator(".act__voice:visible").count() == 0
    rkia.add_init_script(VOICE)
    rkia.reload()
    assert rkia.locator(".act__voice:visible").count() == 5 and is_sound(rkia)
    rkia.get_by_role("button", name="استماع: تسليم الطرود").click()
    assert rkia.evaluate("said") == ["تسليم الطرود"]


def staff_invite(page) -> str:
    """The link for the first manager of Tinas Cop, whom staff know by telephone."""
    enter(page, "amal")
    page.goto("/admin/invitations/new/")
    page.locator("[name=cooperative]").select_option(label="Tinas Cop")
    page.locator("[name=name]").fill("خديجة")
    page.locator("[name=phone]").fill("06 00 97 50 02")
    page.locator("[name=role]").select_option("manager")
    page.locator("[name=language]").select_option("ar")
    page.keyboard.press("Enter")
    return page.locator("#link").input_value()


def come_in(page, link: str) -> None:
    page.goto(link)
    assert is_sound(page)
    page.locator("[name=password]").fill(HER_PASSWORD)
    page.get_by_role("button", name="الدخول").click()
    page.wait_for_url("**/ar/espace/tinas-cop/")


def is_sound(page) -> bool:
    """Nothing that a machine finds stands in anybody's way, at 360 pixels."""
    assert faults(page) == []
    assert fits(page)
    return True
