"""A buyer mistypes the code of a voucher, then has it right; the discount is on the total, the order and the receipt."""

from decimal import Decimal

from tests.factories import a_voucher

from .people import check_out, fill_cart, receipt, rows_of, says


def test_a_code_makes_the_order_cheaper_wherever_its_total_is_said(small_shop, open_here):
    a_voucher("BIENVENUE", percent=10, minimum=Decimal(100), limit_per_phone=1)
    page = open_here("phone")
    fill_cart(page, "ar", "miel-thym", "huile-lavande")

    type_code(page, "BIENVENU")
    page.get_by_text("لا نعرف هذا الرمز").wait_for()
    assert page.locator("[name=code]").input_value() == "BIENVENU"
    assert says(page.locator(".totals"), "285,00")
    type_code(page, " bienvenue ")
    page.locator(".totals", has_text="263,50").wait_for()

    order = check_out(page, name="سلمى برادة", phone="06 00 97 40 01", email="salma@example.com")

    page.goto(order.page)
    honey, oil = (rows_of(page.locator(f".accent-{accent}.part")) for accent in ("honey", "lavender"))
    assert honey["قسيمة BIENVENUE"] == "-13,00 د.م." and honey["يُدفع نقدًا"] == "152,00 د.م."
    assert oil["قسيمة BIENVENUE"] == "-8,50 د.م." and oil["يُدفع نقدًا"] == "111,50 د.م."
    assert receipt(page) == {
        "تيناس كوب": "119,60 د.م.",
        "قطر الندى": "78,20 د.م.",
        "التوصيل": "70,00 د.م.",
        "تسيير المتجر": "-4,30 د.م.",  # a commission of 17.20, less the discount of 21.50 that the platform bears
        "الضريبة": "0,00 د.م.",
        "المجموع": "263,50 د.م.",
    }
    assert small_shop.books_agree()


def type_code(page, code: str) -> None:
    page.locator("[name=code]").fill(code)
    page.locator(".cart__voucher button").click()
