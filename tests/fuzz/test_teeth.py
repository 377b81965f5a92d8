"""The controls of the fuzz: it finds out a view that makes one of these mistakes, and says which."""

import traceback

import pytest
from django.db.models import F
from django.http import HttpResponse, HttpResponseRedirect
from django.template import Context, Template
from django.urls import path

from catalog.models import Lot
from catalog.products import queries
from store import urls
from store.models import Cart
from store.shopfront.forms import ListingForm

from . import campaign
from .__main__ import print_table
from .campaign import Tally, run
from .judge import Answer
from .targets import TARGETS, Target

pytestmark = pytest.mark.django_db
MOST_INPUTS = 3000


def hand_nul_to_the_database(typed):
    return HttpResponse(str(Cart.objects.filter(token=typed).count()))


def repeat_as_it_was_typed(typed):
    return HttpResponse(f"<p>You searched for {typed}</p>")


def link_as_it_was_typed(typed):
    return HttpResponse(f'<a href="{typed.replace("<", "").replace(chr(34), "")}">on</a>')


def evaluate(typed):
    return HttpResponse(Template(typed).render(Context()))


def send_anywhere(typed):
    return HttpResponseRedirect(typed)


def write_into_a_header(typed):
    return HttpResponse(headers={"Content-Language": typed})


def write_when_asked_to_read(typed):
    return HttpResponse(str(Cart.objects.create()))


def break_the_stock(typed):
    Lot.objects.update(on_hand=F("on_hand") + 1)
    return HttpResponse()


def ask_for_each_letter(typed):
    return HttpResponse(str([Cart.objects.filter(pk=ord(letter)).exists() for letter in typed[:40]]))


def set_a_cookie(typed):
    answer = HttpResponse()
    answer.set_cookie("seen", "1")
    return answer


def show_its_insides(typed):
    try:
        return HttpResponse(str(int(typed)))
    except ValueError:
        return HttpResponse(traceback.format_exc(), status=400)


def forget_the_policy(typed):
    answer = HttpResponse()
    answer._csp_exempt = True
    return answer


def trust(mistake):
    return lambda request: mistake(request.GET.get("typed") or request.POST.get("typed", ""))


MISTAKES = {
    hand_nul_to_the_database: "broke: django.db.utils.DataError",
    repeat_as_it_was_typed: "what was typed came back unescaped",
    link_as_it_was_typed: "what was typed came back unescaped",
    evaluate: "what was typed was evaluated",
    send_anywhere: "sends people to another host",
    write_into_a_header: "broke: django.http.response.BadHeaderError",
    write_when_asked_to_read: "wrote when asked to read",
    break_the_stock: "left the shop broken",
    ask_for_each_letter: "asked more than 12 queries",
    set_a_cookie: "a page for everybody set a cookie",
    show_its_insides: "the body shows 'Traceback (most recent'",
    forget_the_policy: "there is no Content-Security-Policy",
}
urlpatterns = [*(path(f"{mistake.__name__}/", trust(mistake)) for mistake in MISTAKES), *urls.urlpatterns]


def inputs_until(fault: str, target: Target, shop) -> int | None:
    """How many inputs it took to see this fault; None if it was never seen."""
    for number in range(MOST_INPUTS):
        if any(found.startswith(fault) for found in run(target, shop, seed=1, numbers=[number]).faults):
            return number + 1
    return None


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_a_mistake_in_a_view_is_found(shop, settings, mistake):
    settings.ROOT_URLCONF = __name__
    route = f"{mistake.__name__}/"
    typed = {"typed": "miel"}
    target = Target(
        route,
        f"/{route}",
        {"GET": {200}, "POST": {200}},
        query=lambda shop: typed,
        fields=lambda shop: typed,
        is_public=True,
    )
    assert inputs_until(MISTAKES[mistake], target, shop)


def test_a_form_of_the_shop_that_lets_nul_through_is_found(shop, monkeypatch):
    monkeypatch.setattr(ListingForm.base_fields["q"], "validators", [])
    monkeypatch.setattr(queries, "search_words", str.split)
    [listing] = [target for target in TARGETS if target.route == "boutique/"]
    assert inputs_until("broke: django.db.utils.DataError", listing, shop)


@pytest.mark.parametrize(("seconds", "failed"), [([3.0, 3.0], 1), ([3.0, 0.1], 0), ([0.1], 0)])
def test_a_request_that_is_slow_twice_is_found_where_time_is_watched(shop, monkeypatch, seconds, failed):
    policy = [("Content-Security-Policy", "default-src 'none'")]
    answers = iter([Answer(status=200, headers=policy, seconds=took) for took in seconds])
    monkeypatch.setattr(campaign, "ask", lambda attempt, asking: next(answers))

    tally = run(TARGETS[0], shop, seed=1, numbers=[0], watch_time=True)

    assert (tally.failed, list(tally.faults)) == (failed, ["took over 2 seconds"] * failed)


@pytest.mark.parametrize(("inputs", "failed", "status"), [(10, 0, 0), (10, 1, 1), (0, 0, 1)])
def test_the_last_line_counts_and_the_exit_status_says_it_too(capsys, inputs, failed, status):
    assert print_table([Tally("panier/", inputs=inputs, failed=failed)], seconds=1) == status
    assert capsys.readouterr().out.endswith(f"\n{inputs - failed} passed, {failed} failed\n")
