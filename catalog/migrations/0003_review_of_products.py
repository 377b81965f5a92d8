"""Products are reviewed with the workflow that Wagtail comes with; another one can be chosen in the admin."""

from django.db import migrations


def bind(apps, schema_editor):
    workflow = apps.get_model("wagtailcore", "Workflow").objects.order_by("pk").first()
    if workflow:
        product, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="catalog", model="product")
        apps.get_model("wagtailcore", "WorkflowContentType").objects.get_or_create(
            content_type=product, defaults={"workflow": workflow}
        )


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]
    operations = [migrations.RunPython(bind, migrations.RunPython.noop)]
