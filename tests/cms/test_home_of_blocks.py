"""The migration to blocks: what was written in fields goes on in the pages and in every version that was kept of them."""

import json

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from wagtail.models import Locale, Page, Revision

from cms.models import CooperativePage, HomePage
from tests.factories.catalog import CooperativeFactory

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = [{"type": "step", "value": {"title": "Vous choisissez", "text": "Au panier."}, "id": "a"}]


@pytest.fixture
def migrated():
    """Runs between the two states of the tables; whatever happens there, the tables end as they are today."""

    def to(migration: str):
        executor = MigrationExecutor(connection)
        executor.migrate([("cms", migration)])
        return executor.loader.project_state(("cms", migration)).apps

    yield to
    to_today()


def to_today() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def written_before(page: Page, **fields) -> None:
    """The newest version of this page, as it was kept when there were no blocks."""
    revision = page.get_latest_revision()
    del revision.content["body"]
    revision.content |= fields
    revision.save()


def a_home(language: str, **fields) -> HomePage:
    locale = Locale.objects.get(language_code=language)
    home = HomePage(title=language, slug=f"accueil-{language}", hero_title="x", locale=locale, **fields)
    Page.get_first_root_node().add_child(instance=home)
    home.save_revision()
    return home


def shown(page: Page) -> list:
    return [(block["type"], block["value"]) for block in page.body.raw_data]


def test_words_in_fields_become_blocks_of_the_page_and_of_its_drafts(migrated):
    home = a_home("fr")
    arabic = a_home("ar", translation_key=home.translation_key)
    cooperative = CooperativeFactory()
    told = CooperativePage(title="x", slug=cooperative.slug, cooperative=cooperative)
    home.add_child(instance=told)
    told.save_revision()
    old = migrated("0013_contact")
    old.get_model("cms", "HomePage").objects.filter(pk=home.pk).update(introduction="Bon <thé>", steps=STEPS)
    old.get_model("cms", "CooperativePage").objects.update(story="<p>Cinq femmes</p>")
    written_before(Page.objects.get(pk=home.pk), introduction="Un brouillon", steps=json.dumps(STEPS))
    written_before(Page.objects.get(pk=arabic.pk), introduction="", steps="[]")
    written_before(Page.objects.get(pk=told.pk), story="<p>Six femmes</p>")
    to_today()

    french = [("shelf", {"title": "Dans la boutique"}), ("cooperatives", {"title": "Les coopératives"}),
              ("stories", {"title": "Récits"})]  # fmt: skip
    steps = ("steps", {"steps": [{"title": "Vous choisissez", "text": "Au panier."}]})
    home, arabic, told = (
        row.specific for row in Page.objects.filter(pk__in=[home.pk, arabic.pk, told.pk]).order_by("pk")
    )
    assert shown(home) == [*french, ("text", "<p>Bon &lt;thé&gt;</p>"), steps]
    assert shown(home.get_latest_revision_as_object()) == [*french, ("text", "<p>Un brouillon</p>"), steps]
    assert shown(told) == [("text", "<p>Cinq femmes</p>")]
    assert shown(told.get_latest_revision_as_object()) == [("text", "<p>Six femmes</p>")]
    for page in (arabic, arabic.get_latest_revision_as_object()):
        assert [value["title"] for _kind, value in shown(page)] == ["في المتجر", "التعاونيات", "قصص"]
    assert not {"introduction", "steps"} & Revision.objects.get(object_id=str(home.pk)).content.keys()
