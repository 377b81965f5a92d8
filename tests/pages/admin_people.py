"""Who enters the admin in tests, with the permissions that their groups have in a shop."""

from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.editing.roles import CHIEF_EDITORS, EDITORS, MODERATORS_OF_PRODUCTS
from store.demo.load import STAFF_PERMISSIONS
from store.models import User

STAFF = STAFF_PERMISSIONS
MEMBER = ["access_admin", "view_product", "add_product", "change_product"]


def _browser(username: str, permissions: list[str], *groups: str) -> Client:
    user = User.objects.create_user(username, email=f"{username}@example.org", password="a password for tests")
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    user.groups.set(Group.objects.filter(name__in=groups))
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def staff(username: str = "equipe") -> Client:
    return _browser(username, STAFF)


def staff_without_money() -> Client:
    """Somebody who manages orders, and does not settle with cooperatives."""
    return _browser("preparation", [name for name in STAFF if not name.endswith("_settlement")])


def editor() -> Client:
    return _browser("editrice", [], EDITORS)


def chief_editor() -> Client:
    return _browser("redactrice-en-chef", [], CHIEF_EDITORS)


def moderator() -> Client:
    return _browser("moderatrice", [], MODERATORS_OF_PRODUCTS)


def contributor() -> Client:
    """Somebody who may write products and have them reviewed, not publish them."""
    return _browser("autrice", MEMBER)


def superuser() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.create_superuser("root", email="root@example.org", password="a password for tests"))
    return client


def queries_of(client: Client, path: str) -> int:
    """How many queries a page asks, once what is asked for each process or person was asked."""
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)
