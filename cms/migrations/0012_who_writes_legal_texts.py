"""Editors write legal texts, chief editors publish them too."""

from django.db import migrations

DEEDS = {"Editors": ["view", "add", "change"], "Chief editors": ["view", "add", "change", "publish"]}


def grant(apps, schema_editor):
    """Permissions are made after all migrations; those that are needed before are made here."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="cms", model="legaltext"
    )
    for name, deeds in DEEDS.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for deed in deeds:
            permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type, codename=f"{deed}_legaltext", defaults={"name": f"Can {deed} legal text"}
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("cms", "0011_legal_texts")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
