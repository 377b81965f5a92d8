"""The cart and the checkout. Pages of one visitor: never cached, and without JavaScript they work as well."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.stock.errors import OutOfStock, StockRaced
from cms.models import terms_in_force

from ..card_door import go_to_pay, may_leave_to_pay
from ..cart import actions as carts
from ..cart.queries import contents_of
from ..delivery.places import communes_matching
from ..flows.card import charges_abroad
from ..flows.discounts import offer_of
from ..flows.place_order import (
    CartEmpty,
    NoDelivery,
    NoLongerOnSale,
    NotPayableSo,
    SummaryMoved,
    TooManyUnconfirmed,
    place_order,
)
from ..flows.summary import DiscountMoved, summarize
from ..flows.ways_to_pay import cash_ceiling, ways_to_pay
from ..limits import given_back_if_busy, limited, network_of, say_when, seconds_to_wait, when
from ..orders.actions import Contact
from ..payments.methods import CARDS, CASH, TRANSFER
from ..statuses import PaymentStatus
from ..vouchers.queries import voucher_called
from .cart_cookie import cart_of, open_cart_of, remember
from .forms import AddToCartForm, CheckoutForm, CommuneForm, QuantityForm, VoucherForm
from .guesses import Guesser
from .same_origin import same_origin_post


class SeeOther(HttpResponseRedirect):
    """Done; now GET the result."""

    status_code = 303


@limited("add_to_cart")
@same_origin_post
def add_to_cart(request):
    form = AddToCartForm(request.POST)
    form.is_valid()
    variant = form.cleaned_data.get("variant")
    if variant is None or "quantity" in form.errors:
        template = "checkout/not_added_toast.html" if request.htmx else "checkout/not_added.html"
        return render(request, template, {"form": form, "variant": variant}, status=422)
    cart = open_cart_of(request)
    carts.add(cart, variant, form.cleaned_data.get("quantity") or 1)
    if request.htmx:  # the buyer stays on the product's page
        return remember(render(request, "checkout/added_toast.html", {"variant": variant}), cart)
    return remember(SeeOther(f"{reverse('cart')}?added={variant.pk}"), cart)


@never_cache
@require_safe
def cart(request):
    return _cart_page(request)


@require_POST
def change_line(request, line_id: int):
    """Set the quantity of a line, or take it out."""
    cart = cart_of(request)
    if cart is None or not cart.is_open:
        return SeeOther(reverse("cart"))
    form = QuantityForm({"quantity": "0"} if "remove" in request.POST else request.POST)
    if not form.is_valid():
        return _cart_page(
            request, wrong_line=line_id, wrong=form.errors["quantity"], typed=request.POST.get("quantity", "")[:20]
        )
    taken_out = carts.change(cart, line_id, form.cleaned_data["quantity"])
    undo = f"?{urlencode({'removed': taken_out.variant_id, 'units': taken_out.quantity})}" if taken_out else ""
    return remember(SeeOther(reverse("cart") + undo), cart)


@require_POST
def choose_commune(request):
    cart = cart_of(request)
    if cart is None or not cart.is_open:
        return SeeOther(reverse("cart"))
    form = CommuneForm(request.POST)
    if not form.is_valid():
        return _cart_page(request, commune_form=form)
    carts.set_commune(cart, form.cleaned_data["commune"])
    return SeeOther(f"{reverse('cart')}#total")


@require_POST
def use_voucher(request):
    """Keep the voucher of a code with the cart, or take it off. Wrong guesses are counted."""
    cart = cart_of(request)
    if cart is None or not cart.is_open:
        return SeeOther(reverse("cart"))
    if "remove" in request.POST:
        carts.set_voucher(cart, None)
        return SeeOther(f"{reverse('cart')}#total")
    form = VoucherForm(request.POST)
    if not form.is_valid():
        return _cart_page(request, voucher_form=form)
    guesser = Guesser(request, cart)
    if wait := guesser.seconds_to_wait():
        told = _("Too many codes were tried. Try again at %(time)s.")
        form.add_error("code", told % {"time": time_format(when(wait)["again_at"], "H:i")})
        return say_when(_cart_page(request, voucher_form=form, status=429), wait)
    with guesser.given_back_if_busy():
        voucher = voucher_called(form.cleaned_data["code"])
        if voucher is None:
            form.add_error("code", _("We know no such code. Look again how it is written."))
            return _cart_page(request, voucher_form=form)
        guesser.was_right()
        refused = offer_of(voucher, contents_of(cart).parts).refused
        if refused and not refused.is_mendable:
            form.add_error("code", str(refused))
            return _cart_page(request, voucher_form=form)
        carts.set_voucher(cart, voucher)
    return SeeOther(f"{reverse('cart')}#total")


@require_safe
def commune_suggestions(request):
    """The list under the commune field, as a fragment."""
    name = "commune"
    context = {
        "name": name,
        "choices": communes_matching(request.GET.get(f"{name}_text", "").replace("\0", "")),
        "searched": True,
    }
    return render(request, "components/commune_choices.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_leave_to_pay
def checkout(request):
    """One page for the whole order. Posting it with `action=update` only counts again."""
    cart = cart_of(request)
    if cart and cart.order:
        is_unpaid = cart.order.payments.filter(method__in=CARDS, status=PaymentStatus.EXPECTED).exists()
        return SeeOther(reverse("order_pay" if is_unpaid else "order_thanks", args=[cart.order.token]))
    cooperatives = [part.cooperative for part in summarize(cart, commune=None, methods={}).parts]
    if not cooperatives:
        return SeeOther(reverse("cart"))
    terms = terms_in_force()
    if request.method != "POST":
        form = CheckoutForm(cooperatives=cooperatives, terms=terms, initial={"commune": cart.commune})
        return _checkout_page(request, cart, form, commune=cart.commune)
    form = CheckoutForm(request.POST, cooperatives=cooperatives, terms=terms)
    if request.POST.get("action") == "update":
        return _recounted(request, cart, form)
    if not form.is_valid():
        return _checkout_page(request, cart, form, status=422)
    who = network_of(request)
    if wait := seconds_to_wait("checkout", who=who):
        form.add_error(
            None,
            _("Many orders came from your connection in this hour. Try again at %(time)s, or call the cooperative.")
            % {"time": time_format(when(wait)["again_at"], "H:i")},
        )
        return say_when(_checkout_page(request, cart, form, status=429), wait)
    with given_back_if_busy("checkout", who=who):
        return _place(request, cart, form)


def _place(request, cart, form):
    if form.payment_method.rests:
        form.add_error("payment", _("The card page does not answer at this moment. Choose another way to pay."))
        return _checkout_page(request, cart, form, status=409)
    wishes = form.cleaned_data
    fields = ("name", "phone", "email", "street", "landmark", "commune", "postcode", "note")
    contact = Contact(language=get_language(), **{field: wishes[field] for field in fields})
    try:
        order = place_order(
            cart=cart, contact=contact, delivery=form.methods, payment_method=form.payment_method,
            accepted=request.POST.get("accepted", ""), terms_revision=form.accepted_terms,
        )  # fmt: skip
    except CartEmpty:
        return SeeOther(reverse("cart"))
    except NoLongerOnSale:
        form.add_error(None, _("A product was taken off sale meanwhile. Take it out of your cart to go on."))
    except NoDelivery:
        form.add_error(
            "commune", _("No courier goes to this commune yet. You can pick up your order at the cooperative.")
        )
    except NotPayableSo:
        form.add_error("payment", _("This order cannot be paid in the way that you chose. Choose another."))
    except TooManyUnconfirmed:
        form.add_error(
            "phone",
            _(
                "Several orders with this number still wait for a confirmation. The cooperative will call you about them first."
            ),
        )
    except StockRaced:
        form.add_error(None, _("Somebody ordered the same product at this very moment. Send your order again."))
    except OutOfStock as shortage:
        return _checkout_page(request, cart, form, shortage=shortage.lines, status=409)
    except SummaryMoved as moved:
        if any(isinstance(change, DiscountMoved) and _is_final(change.refused) for change in moved.changes):
            carts.set_voucher(cart, None)  # it is told once; what is ordered next has the price that is shown now
            cart.voucher = None
        return _checkout_page(request, cart, form, changes=moved.changes, status=409)
    else:
        cart.refresh_from_db()
        to = (
            go_to_pay(request, order)
            if form.payment_method.code in CARDS
            else SeeOther(reverse("order_thanks", args=[order.token]))
        )
        return remember(to, cart)
    return _checkout_page(request, cart, form, status=409)


def _is_final(refused) -> bool:
    return refused is not None and not refused.is_mendable


def _recounted(request, cart, form):
    """The page with what was typed and the totals that go with it; only the commune may be found fault with."""
    form.is_valid()
    for field in [name for name in form.errors if name != "commune" or not request.POST.get("commune_text")]:
        del form.errors[field]
    return _checkout_page(request, cart, form)


def _checkout_page(request, cart, form, *, commune=None, shortage=(), changes=(), status=200):
    summary = summarize(cart, commune=form.commune_chosen or commune, methods=form.methods, with_photos=True)
    deliveries = [(part, form[form.delivery_name(part.cooperative)]) for part in summary.parts]
    context = {
        "form": form,
        "summary": summary,
        "deliveries": deliveries,
        "shortage": shortage,
        "changes": changes,
        "trail": [(_("Cart"), reverse("cart")), (_("Checkout"), "")],
        **_payment(form, summary),
    }
    return render(request, "checkout/checkout.html", context, status=status)


def _payment(form, summary) -> dict:
    """The ways to pay that fit this order, and the one that is chosen."""
    ways = ways_to_pay(summary, phone=form.phone_typed)
    awake = [way for way in ways if not way.rests]
    suggested = next(iter(awake), None)
    chosen = form.way_chosen if form.way_chosen in awake else suggested
    return {
        "ways": ways,
        "way_suggested": suggested,
        "may_be_paid_before": any(not way.per_part for way in ways),
        "way_chosen": chosen,
        "charges": charges_abroad(ways, summary.total),
        "cash_ceiling": None if CASH in ways else cash_ceiling(summary),
        "transfer_deadline": TRANSFER.deadline(timezone.now()),
        "confirmation_hours": settings.CONFIRMATION_HOURS,
    }


def _cart_page(request, *, commune_form=None, voucher_form=None, wrong_line=None, wrong=None, typed="", status=None):
    cart = cart_of(request)
    open_cart = cart if cart and cart.is_open else None
    summary = summarize(open_cart, commune=open_cart and open_cart.commune, methods={}, with_photos=True)
    ways = ways_to_pay(summary)
    context = {
        "cart": open_cart,
        "placed": cart.order if cart and not cart.is_open else None,
        "summary": summary,
        "commune_form": commune_form or CommuneForm(initial={"commune": open_cart and open_cart.commune}),
        "voucher_form": voucher_form or VoucherForm(),
        "added": _added(summary, request.GET.get("added", "")),
        "removed": _removed(request),
        "takes_transfers": TRANSFER in ways,
        "takes_cards": any(way.is_card for way in ways),
        "wrong_line": wrong_line,
        "wrong": wrong,
        "typed": typed,
    }
    is_wrong = wrong or any(form and form.errors for form in (commune_form, voucher_form))
    return render(request, "checkout/cart.html", context, status=status or (422 if is_wrong else 200))


def _removed(request):
    """What was just taken out, as the form that puts it back; None if it cannot be bought any more."""
    form = AddToCartForm({"variant": request.GET.get("removed"), "quantity": request.GET.get("units")})
    return form.cleaned_data if form.is_valid() and form.cleaned_data["variant"] else None


def _added(summary, variant_id: str):
    return next((line for line in summary.contents.lines if str(line.variant.pk) == variant_id), None)
