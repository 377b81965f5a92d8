"""Nothing public is forgotten: every pattern has a target, or leads to the log-in."""

from django.http import HttpResponse
from django.urls import path, resolve

from store import urls

from .patterns import ADMIN, a_path_of, is_behind_the_log_in, routes
from .targets import OTHERS, TARGETS

ROUTES = {target.route for target in TARGETS if target not in OTHERS}


def forgotten(client) -> list[str]:
    """Patterns that anybody can ask and that have no target."""
    return [route for route in routes() if route not in ROUTES and not is_behind_the_log_in(route, client)]


def test_every_public_view_has_a_target(client, db):
    assert forgotten(client) == []


def test_every_target_has_a_view():
    assert ROUTES - set(routes()) == set()


def test_a_new_public_view_without_a_target_is_seen(client, db, settings):
    """The control of the test above."""
    settings.ROOT_URLCONF = __name__
    assert forgotten(client) == ["nouveau/<int:number>/", "admin/nouveau/"]


def test_the_paths_that_stand_for_the_admins_patterns_are_theirs():
    admins = [route for route in routes() if route.startswith(ADMIN)]
    assert len(admins) > 200
    # Django leaves the beginning of an expression out of a route that it found.
    assert [route for route in admins if resolve(a_path_of(route)).route != route.replace("^", "")] == []


def new_view(request, number=0):
    return HttpResponse()


urlpatterns = [
    path("nouveau/<int:number>/", new_view),
    path("admin/nouveau/", new_view),
    *urls.urlpatterns,
]
