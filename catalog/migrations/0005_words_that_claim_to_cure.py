from django.conf import settings
from django.db import migrations, models

from catalog.claims.starting_list import STARTING_LIST


def begin_list(apps, schema_editor):
    ClaimWord = apps.get_model("catalog", "ClaimWord")
    ClaimWord.objects.bulk_create(
        ClaimWord(language=language, words=words) for language, listed in STARTING_LIST.items() for words in listed
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_share_pictures")]

    operations = [
        migrations.CreateModel(
            name="ClaimWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(choices=settings.LANGUAGES, max_length=2, verbose_name="language")),
                (
                    "words",
                    models.CharField(
                        help_text="A star at the end stands for any ending: cicatris* finds cicatriser and cicatrisant.",
                        max_length=60,
                        verbose_name="word or words",
                    ),
                ),
            ],
            options={
                "verbose_name": "word that claims to cure",
                "verbose_name_plural": "words that claim to cure",
                "ordering": ["language", "words"],
                "constraints": [models.UniqueConstraint(fields=("language", "words"), name="claimword_once")],
            },
        ),
        migrations.RunPython(begin_list, migrations.RunPython.noop),
    ]
