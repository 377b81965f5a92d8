
import catalog.evidence.models
import django.db.models.deletion
import django.db.models.functions.datetime
import phonenumber_field.modelfields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0008_rules_and_evidence'),
        ('store', '0012_tables'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='written')),
                ('language', models.CharField(choices=[('fr', 'Français'), ('ar', 'العربية'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('legal_name', models.CharField(max_length=200, verbose_name='legal name')),
                ('makes', models.TextField(max_length=2000, verbose_name='what it makes')),
                ('commune', models.CharField(max_length=120, verbose_name='commune')),
                ('name', models.CharField(max_length=120, verbose_name='who asks')),
                ('phone', phonenumber_field.modelfields.PhoneNumberField(max_length=128, region=None, verbose_name='telephone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('outcome', models.CharField(blank=True, choices=[('approved', 'approved'), ('refused', 'refused')], max_length=8)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='why it was refused')),
                ('charter_revision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.revision')),
                ('cooperative', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='application', to='catalog.cooperative')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'application',
                'verbose_name_plural': 'applications',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ApplicationFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(storage=catalog.evidence.models.private_storage, upload_to='applications/', verbose_name='file')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='store.application')),
            ],
            options={
                'verbose_name': 'file of an application',
                'verbose_name_plural': 'files of applications',
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cooperative', None), ('decided_at', None), ('note', ''), ('outcome', '')), models.Q(('cooperative__isnull', False), ('decided_at__isnull', False), ('note', ''), ('outcome', 'approved')), models.Q(('cooperative', None), ('decided_at__isnull', False), ('outcome', 'refused'), models.Q(('note', ''), _negated=True)), _connector='OR'), name='application_decided_once'),
        ),
    ]
