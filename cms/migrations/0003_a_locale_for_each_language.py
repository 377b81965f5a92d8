from django.conf import settings
from django.db import migrations


def add_locales(apps, schema_editor):
    """Wagtail makes that of the first language only; into the others nothing could be translated."""
    Locale = apps.get_model("wagtailcore", "Locale")
    for code, _name in settings.LANGUAGES:
        Locale.objects.get_or_create(language_code=code)


class Migration(migrations.Migration):
    dependencies = [("cms", "0002_figures_and_stories"), ("wagtailcore", "0054_initial_locale")]

    operations = [migrations.RunPython(add_locales, migrations.RunPython.noop)]
