"""Who writes, who reviews, who publishes (docs/decisions/0015): three groups and two reviews.

Wagtail's "Moderators" become the chief editors, and its review of pages goes to them; products have one of their own.
"""

from django.db import migrations

EDITORS, CHIEF_EDITORS, MODERATORS = "Editors", "Chief editors", "Moderators of products"

#: Group → permissions of models, of files in every collection, of every page.
ROLES = {
    EDITORS: (
        ["wagtailadmin.access_admin", "wagtail_localize.submit_translation", "catalog.view_product",
         "cms.view_figure", "cms.add_figure", "cms.change_figure"],
        ["add_image", "choose_image", "add_document", "choose_document"],
        ["add_page", "change_page"],
    ),
    CHIEF_EDITORS: (
        ["wagtailadmin.access_admin", "wagtail_localize.submit_translation", "catalog.view_product",
         "cms.view_figure", "cms.add_figure", "cms.change_figure", "cms.publish_figure",
         "cms.view_theme", "cms.add_theme", "cms.change_theme", "cms.delete_theme"],
        ["add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"],
        ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"],
    ),
    MODERATORS: (
        ["wagtailadmin.access_admin", "catalog.view_product", "catalog.change_product", "catalog.publish_product"],
        ["add_image", "choose_image"],
        [],
    ),
}


def make(apps, schema_editor):
    groups = make_groups(apps)
    pages = adopt_review_of_pages(apps, groups[CHIEF_EDITORS])
    products = make_review(apps, "Relecture des produits", groups[MODERATORS])
    bind(apps, "cms", "figure", pages)
    bind(apps, "catalog", "product", products)


def make_groups(apps) -> dict:
    Group = apps.get_model("auth", "Group")
    Group.objects.filter(name="Moderators").exclude(name=CHIEF_EDITORS).update(name=CHIEF_EDITORS)
    groups = {}
    for name, (models, files, pages) in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set([permission(apps, *label.split(".")) for label in models])
        give_files(apps, group, files)
        give_pages(apps, group, pages)
        groups[name] = group
    return groups


def permission(apps, app_label: str, codename: str):
    """Permissions are made after all migrations, and found here before: this makes those that are needed already."""
    model = {"access_admin": "admin"}.get(codename, codename.rpartition("_")[2])
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
    )
    return found


def give_files(apps, group, codenames: list[str]) -> None:
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    root = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    GroupCollectionPermission.objects.filter(group=group, collection=root).delete()
    for codename in codenames:
        app_label = "wagtailimages" if codename.endswith("image") else "wagtaildocs"
        GroupCollectionPermission.objects.create(
            group=group, collection=root, permission=permission(apps, app_label, codename)
        )


def give_pages(apps, group, codenames: list[str]) -> None:
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    root = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    GroupPagePermission.objects.filter(group=group, page=root).delete()
    for codename in codenames:
        GroupPagePermission.objects.create(
            group=group, page=root, permission=permission(apps, "wagtailcore", codename)
        )


def adopt_review_of_pages(apps, group):
    """Wagtail's own review, which lies on the root of the pages, under a name that says what it is."""
    name = "Relecture"
    apps.get_model("wagtailcore", "Task").objects.filter(name="Moderators approval").update(name=name)
    workflows = apps.get_model("wagtailcore", "Workflow").objects
    workflows.filter(name="Moderators approval").update(name=name)
    review = workflows.filter(name=name).first() or make_review(apps, name, group)
    root = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    apps.get_model("wagtailcore", "WorkflowPage").objects.get_or_create(page=root, defaults={"workflow": review})
    return review


def make_review(apps, name: str, group):
    """A review with one step, which anybody of the group may do."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="wagtailcore", model="groupapprovaltask"
    )
    task = apps.get_model("wagtailcore", "GroupApprovalTask").objects.create(name=name, content_type=content_type)
    task.groups.set([group])
    review = apps.get_model("wagtailcore", "Workflow").objects.create(name=name)
    apps.get_model("wagtailcore", "WorkflowTask").objects.create(workflow=review, task=task, sort_order=0)
    return review


def bind(apps, app_label: str, model: str, review) -> None:
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    apps.get_model("wagtailcore", "WorkflowContentType").objects.update_or_create(
        content_type=content_type, defaults={"workflow": review}
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0005_drafts_of_figures"),
        ("catalog", "0004_share_pictures"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtailimages", "0023_add_choose_permissions"),
        ("wagtaildocs", "0014_alter_document_file_size"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
