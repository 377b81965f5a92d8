"""The cart's two cookies: its secret name, and the little number that the header shows on pages cached for everybody."""

from django.conf import settings

from ..cart.models import Cart
from ..cart.queries import units_in
from ..permissions import cart_by_cookie

COUNT_COOKIE = "cart_count"
_MAX_AGE = settings.CART_DAYS * 24 * 3600


def cart_of(request) -> Cart | None:
    """The visitor's cart, open or already ordered; None when there is none."""
    return cart_by_cookie(request.COOKIES.get(settings.CART_COOKIE_NAME, ""))


def open_cart_of(request) -> Cart:
    """The visitor's open cart; a new one if there is none or it has become an order."""
    cart = cart_of(request)
    return cart if cart and cart.is_open else Cart.objects.create()


def remember(response, cart: Cart):
    """Set both cookies. Scripts may read the number, never the name."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(
        settings.CART_COOKIE_NAME, cart.token, max_age=_MAX_AGE, httponly=True, samesite="Lax", secure=secure
    )
    count = units_in(cart) if cart.is_open else 0
    response.set_cookie(COUNT_COOKIE, str(count), max_age=_MAX_AGE, samesite="Lax", secure=secure)
    return response
