"""What was scheduled is published and taken down by the tick, each for itself."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import OperationalError
from django.utils import timezone
from wagtail.models import Page, Revision

from catalog.models import Product
from cms.editing.roles import CHIEF_EDITORS, MODERATORS_OF_PRODUCTS
from cms.models import Figure, StandardPage
from store.flows.tick import tick
from store.models import OutboxMessage, User
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def hours(count: int):
    return timezone.now() + timedelta(hours=count)


def a_page(slug: str, **fields) -> StandardPage:
    root = Page.get_first_root_node()
    return root.add_child(instance=StandardPage(title=slug, slug=slug, body="Avant", **fields))


def schedule(row, *, at, ends=None, **changes) -> None:
    """As the chief editor does: for tomorrow, until that is `at`."""
    row = type(row).objects.get(pk=row.pk)
    for name, value in changes.items():
        setattr(row, name, value)
    row.go_live_at, row.expire_at = hours(24), ends
    revision = row.save_revision()
    revision.publish()
    revision.refresh_from_db()
    revision.content["go_live_at"] = at.isoformat()
    revision.approved_go_live_at = at
    revision.save()


def test_a_page_comes_out_at_its_hour_and_not_before():
    page = a_page("bientot", live=False)
    schedule(page, at=hours(1))
    tick()
    assert not Page.objects.get(pk=page.pk).live
    Revision.objects.filter(object_id=str(page.pk)).update(approved_go_live_at=hours(-1))
    revision = Revision.objects.get(object_id=str(page.pk))
    revision.content["go_live_at"] = hours(-1).isoformat()
    revision.save()
    tick()
    assert Page.objects.get(pk=page.pk).live


def test_a_new_version_of_a_published_page_waits_for_its_hour():
    page = a_page("deja-la")
    page.save_revision().publish()
    schedule(page, at=hours(-1), body="Après")
    assert StandardPage.objects.get(pk=page.pk).body == "Avant"
    tick()
    assert StandardPage.objects.get(pk=page.pk).body == "Après"


def test_pages_products_and_figures_end_at_their_hour():
    product = ProductFactory(expire_at=hours(-1))
    figure = Figure.objects.create(kind="live", counted_fr="commandes", query="orders", expire_at=hours(-1))
    page, later = a_page("finie", expire_at=hours(-1)), a_page("pas-encore", expire_at=hours(1))
    tick()
    live = [model.objects.get(pk=row.pk).live for model, row in ((Product, product), (Figure, figure), (Page, page))]
    assert live == [False, False, False]
    assert Page.objects.get(pk=page.pk).expired
    assert Page.objects.get(pk=later.pk).live


def test_a_product_and_a_figure_come_out_at_their_hour():
    product = ProductFactory(name_fr="Miel")
    figure = Figure.objects.create(kind="live", counted_fr="commandes", query="orders", live=False)
    for row, changes in ((product, {"name_fr": "Miel de thym"}), (figure, {"counted_fr": "commandes livrées"})):
        row.save_revision().publish()
        schedule(row, at=hours(-1), **changes)
    tick()
    assert Product.objects.get().name_fr == "Miel de thym"
    assert Figure.objects.get().counted_fr == "commandes livrées"


def test_a_page_that_is_published_with_a_later_end_is_not_taken_down_by_its_old_one():
    page = a_page("prolongee", expire_at=hours(-1))
    page.save_revision()
    schedule(page, at=hours(-1), ends=hours(5))
    tick()
    assert Page.objects.get(pk=page.pk).live


def people_of(group: str) -> None:
    for name, is_active in (("a", True), ("gone", False)):
        person = User.objects.create_user(name + group[:4], email=f"{name}@example.org", is_active=is_active)
        person.groups.set(Group.objects.filter(name=group))


def a_gift(**fields):
    """Nothing stands against its publication."""
    return ProductFactory(sale__use="gift", composition_fr="Miel", composition_ar="عسل", **fields)


@pytest.mark.parametrize(
    ("group", "make"),
    [
        (CHIEF_EDITORS, lambda: a_page("cassee", live=False)),
        (MODERATORS_OF_PRODUCTS, lambda: a_gift(live=False)),
    ],
)
def test_one_that_cannot_be_published_loses_its_hour_and_who_decides_is_told_once(monkeypatch, caplog, group, make):
    people_of(group)
    broken, other = make(), a_page("saine", live=False)
    schedule(broken, at=hours(-2))
    schedule(other, at=hours(-1))
    tried = fail(monkeypatch, broken, ValueError("not like this"))
    tick()
    tick()
    assert tried == [broken.pk] and "not like this" in caplog.text
    assert not type(broken).objects.get(pk=broken.pk).live and Page.objects.get(pk=other.pk).live
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()
    assert [(row.kind, row.recipient) for row in OutboxMessage.objects.all()] == [
        ("publication_failed", "a@example.org")
    ]
    [told] = [sent for sent in mail.outbox if sent.to == ["a@example.org"]]
    assert told.subject.startswith(f"Non publié : {broken}") and "/edit/" in told.body


def test_at_another_hour_it_may_fail_anew_and_is_told_anew(monkeypatch):
    people_of(CHIEF_EDITORS)
    broken = a_page("cassee", live=False)
    fail(monkeypatch, broken, ValueError())
    for at in (hours(-2), hours(-1)):
        schedule(broken, at=at)
        tick()
    assert OutboxMessage.objects.count() == 2


def fail(monkeypatch, row, error: Exception) -> list:
    """Have the row fail when it is published; returns its key for each try."""
    publish, tried = Revision.publish, []

    def fails(revision, **options):
        if revision.object_id != str(row.pk) or "scheduled" not in str(options.get("log_action")):
            return publish(revision, **options)
        tried.append(row.pk)
        type(row).objects.filter(pk=row.pk).update(expired=True)
        raise error

    monkeypatch.setattr(Revision, "publish", fails)
    return tried


def test_one_that_waits_for_the_database_stops_no_other_and_is_tried_again(monkeypatch, caplog):
    broken, other = a_page("cassee", live=False), a_page("saine", live=False)
    ended = a_page("finie", expire_at=hours(-1))
    schedule(broken, at=hours(-2))
    schedule(other, at=hours(-1))
    with monkeypatch.context() as patched:
        fail(patched, broken, OperationalError("no room"))
        tick()
    live = {page.slug: page.live for page in Page.objects.filter(pk__in=[broken.pk, other.pk, ended.pk])}
    assert live == {"cassee": False, "saine": True, "finie": False}
    assert not Page.objects.get(pk=broken.pk).expired and "no room" in caplog.text
    assert not OutboxMessage.objects.exists()
    tick()
    assert Page.objects.get(pk=broken.pk).live
