"""Who writes, who reviews, who publishes; each guard beside the same deed by somebody who may do it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Revision, TaskState

from cms.editing.roles import CHIEF_EDITORS, EDITORS, MODERATORS_OF_PRODUCTS
from cms.models import Figure
from tests.factories import ProductFactory

from .admin_people import chief_editor, contributor, editor, moderator
from .admin_stories import decide, rewrite, story_form, the_story, write
from .test_admin_figures import LIST as FIGURES
from .test_admin_figures import answers as figure_form
from .test_admin_products import answers as product_form
from .test_admin_products import at as product_at
from .test_stories import page_of
from .told import a_figure, a_story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

PUBLISH, SUBMIT = {"action-publish": "1"}, {"action-submit": "1"}
SOURCED = {"value": "85", "source_fr": "Un article", "is_undated": "on", "read_on": "2026-11-23"}


def permissions_of(name: str) -> tuple[set, set, set]:
    """Of models, of pages, of files."""
    group = Group.objects.get(name=name)
    pages = GroupPagePermission.objects.filter(group=group).values_list("page__depth", "permission__codename")
    files = GroupCollectionPermission.objects.filter(group=group)
    return (
        {f"{found.content_type.app_label}.{found.codename}" for found in group.permissions.all()},
        set(pages),
        set(files.values_list("collection__depth", "permission__codename")),
    )


def test_each_role_may_do_exactly_this():
    claims = {f"catalog.{deed}_claimword" for deed in ("view", "add", "change")}
    strikes = {"catalog.delete_claimword"}
    legal = {f"cms.{deed}_legaltext" for deed in ("view", "add", "change")}
    writes = (
        claims | legal | {"wagtailadmin.access_admin", "wagtail_localize.submit_translation", "catalog.view_product"}
    )
    figures = {"cms.view_figure", "cms.add_figure", "cms.change_figure"}
    own_files = {(1, f"{deed}_{file}") for deed in ("add", "choose") for file in ("image", "document")}
    documents = {(1, "add_document"), (1, "choose_document")}
    all_files = own_files | {(1, "change_image"), (1, "change_document")}
    themes = {f"cms.{deed}_theme" for deed in ("view", "add", "change", "delete")}
    legal = {f"cms.{deed}_legaltext" for deed in ("view", "add", "change")}
    pages = {(1, "add_page"), (1, "change_page")}
    decides = {(1, "publish_page"), (1, "lock_page"), (1, "unlock_page")}
    products = {"catalog.view_product", "catalog.change_product", "catalog.publish_product"}
    assert permissions_of(EDITORS) == (writes | figures | legal, pages, own_files)
    chief = writes | strikes | figures | themes | legal | {"cms.publish_figure", "cms.publish_legaltext"}
    assert permissions_of(CHIEF_EDITORS) == (chief, pages | decides, all_files)
    moderates = ({"wagtailadmin.access_admin"} | claims | strikes | products, set(), own_files - documents)
    assert permissions_of(MODERATORS_OF_PRODUCTS) == moderates


def test_an_editor_writes_a_draft_and_does_not_publish():
    write(editor(), story_form() | PUBLISH)
    assert the_story().live is False
    rewrite(chief_editor(), the_story(), story_form() | PUBLISH)
    assert the_story().live is True


def test_a_story_is_submitted_by_an_editor_and_published_by_the_chief_editors_approval(client):
    writer, chief = editor(), chief_editor()
    write(writer, story_form() | SUBMIT)
    story = the_story()
    assert story.current_workflow_task_state.task.specific.groups.get().name == CHIEF_EDITORS
    decide(writer, story, "approve")
    assert the_story().live is False
    decide(chief, story, "approve")
    assert the_story().live is True
    assert "Cinq femmes" in page_of(client)


def test_a_story_that_is_sent_back_keeps_the_word_of_why():
    writer, chief = editor(), chief_editor()
    write(writer, story_form() | SUBMIT)
    decide(chief, the_story(), "reject", "Il manque une source.")
    assert the_story().live is False
    assert "Il manque une source." in writer.get(f"/admin/pages/{the_story().pk}/edit/").content.decode()
    rewrite(writer, the_story(), story_form(summary="Avec sa source.") | {"action-restart-workflow": "1"})
    decide(chief, the_story(), "approve")
    assert (the_story().live, the_story().summary) == (True, "Avec sa source.")


def test_an_editors_changes_to_a_published_story_wait_for_review(client):
    story = a_story()
    story.save_revision().publish()
    rewrite(editor(), story, story_form(title="Réécrit") | PUBLISH)
    assert "Cinq femmes" in page_of(client)
    rewrite(chief_editor(), story, story_form(title="Réécrit") | PUBLISH)
    assert "Réécrit" in page_of(client)


def test_only_the_chief_editor_fixes_when_a_story_comes_out():
    later = timezone.localtime() + timedelta(days=2)
    form = story_form(go_live_at=later.strftime("%Y-%m-%d %H:%M")) | PUBLISH
    write(editor(), form)
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    rewrite(chief_editor(), the_story(), form)
    assert Revision.objects.filter(approved_go_live_at__isnull=False).count() == 1
    assert the_story().live is False


def test_an_editor_neither_unpublishes_nor_deletes_what_is_published():
    story, writer, chief = a_story(), editor(), chief_editor()
    address = reverse("wagtailadmin_pages:unpublish", args=[story.pk])
    writer.post(address)
    writer.post(reverse("wagtailadmin_pages:delete", args=[story.pk]))
    assert the_story().live is True
    chief.post(address)
    assert the_story().live is False


def test_a_figure_is_a_draft_that_no_page_shows_until_the_chief_editor_publishes_it(client):
    writer, chief = editor(), chief_editor()
    writer.post(FIGURES + "add/", figure_form(**SOURCED) | SUBMIT)
    figure = Figure.objects.get()
    a_story([("figures", {"title": "", "figures": [figure]})])
    assert figure.live is False and "Un article" not in page_of(client)
    state = TaskState.objects.get()
    address = reverse("wagtailsnippets_cms_figure:workflow_action", args=[figure.pk, "approve", state.pk])
    writer.post(address, {"comment": ""})
    assert Figure.objects.get().live is False
    chief.post(address, {"comment": ""})
    assert Figure.objects.get().live is True and "Un article" in page_of(client)


def test_an_editors_change_of_a_published_figure_changes_no_page(client):
    figure = a_figure()
    a_story([("figures", {"title": "", "figures": [figure]})])
    address = reverse("wagtailsnippets_cms_figure:edit", args=[figure.pk])
    form = figure_form(**{**SOURCED, "source_fr": "Autre article"}) | PUBLISH
    editor().post(address, form)
    assert "Un article" in page_of(client)
    chief_editor().post(address, form)
    assert "Autre article" in page_of(client)


def test_a_draft_does_not_yet_replace_a_figure(client):
    newer = a_figure(live=False, counted_fr="coopératives en 2027")
    a_story([("figures", {"title": "", "figures": [a_figure(superseded_by=newer)]})])
    assert "en 2027" not in page_of(client)
    Figure.objects.filter(pk=newer.pk).update(live=True)
    assert "en 2027" in page_of(client)


def test_a_draft_of_a_figure_needs_its_source_too():
    answer = editor().post(FIGURES + "add/", figure_form(value="85"))
    assert answer.status_code == 200 and not Figure.objects.exists()


def test_products_are_changed_by_their_moderators_and_looked_at_by_editors():
    product = ProductFactory(name_fr="Miel")
    form = product_form(name_fr="Miel de thym") | PUBLISH
    for browser in (editor(), chief_editor()):
        browser.post(product_at("edit", product), form)
        product.refresh_from_db()
        assert product.name_fr == "Miel"
        assert browser.get("/admin/snippets/catalog/product/").status_code == 200
    moderator().post(product_at("edit", product), form)
    product.refresh_from_db()
    assert product.name_fr == "Miel de thym"


def test_a_moderator_of_products_writes_neither_pages_nor_figures():
    story, browser = a_story(), moderator()
    rewrite(browser, story, story_form(title="Réécrit") | PUBLISH)
    browser.post(FIGURES + "add/", figure_form(**SOURCED))
    assert (the_story().title, Figure.objects.exists()) == ("Cinq femmes", False)


def test_a_change_of_a_product_is_reviewed_by_the_moderators_alone():
    product = ProductFactory(name_fr="Miel")
    product.save_revision().publish()
    contributor().post(product_at("edit", product), product_form(name_fr="Relu") | SUBMIT)
    address = product_at("workflow_action", product, "approve", TaskState.objects.get().pk)
    chief_editor().post(address, {"comment": ""})
    product.refresh_from_db()
    assert product.name_fr == "Miel"
    moderator().post(address, {"comment": ""})
    product.refresh_from_db()
    assert product.name_fr == "Relu"
