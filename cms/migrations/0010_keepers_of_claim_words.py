"""Who keeps the list of words that claim to cure; only chief editors and moderators strike one out."""

from django.db import migrations

KEEPERS = {
    "Editors": ["view", "add", "change"],
    "Chief editors": ["view", "add", "change", "delete"],
    "Moderators of products": ["view", "add", "change", "delete"],
}


def give(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="catalog", model="claimword"
    )
    for name, deeds in KEEPERS.items():
        group = apps.get_model("auth", "Group").objects.filter(name=name).first()
        for deed in deeds if group else []:
            permission, _ = Permission.objects.get_or_create(
                content_type=content_type, codename=f"{deed}_claimword", defaults={"name": f"Can {deed} claim word"}
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("cms", "0009_impact"), ("catalog", "0005_words_that_claim_to_cure")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
