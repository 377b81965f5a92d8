import catalog.evidence.models
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from catalog.rules.starting_list import STARTING_LIST


def begin_list(apps, schema_editor):
    Requirement = apps.get_model("catalog", "Requirement")
    Requirement.objects.bulk_create(
        Requirement(use=use, need=need) for use, needs in STARTING_LIST.items() for need in needs
    )


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0007_members'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='productsale',
            name='lapsed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='off sale for want of evidence since'),
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('use', models.CharField(choices=[('food', 'Food'), ('cosmetic', 'Cosmetic'), ('aroma', 'Aroma and household'), ('plant', 'Plant for infusion'), ('gift', 'Gift')], max_length=10, verbose_name='use')),
                ('need', models.CharField(choices=[('composition', 'Ingredients and allergens, in French and Arabic'), ('advice', 'Use and keeping, in French and Arabic'), ('latin_name', 'Botanical name'), ('net_content', 'Net weight or volume: a size on sale in grams or milliliters'), ('sanitary', 'Sanitary approval or authorization (ONSSA)'), ('cosmetic', 'Registration of a cosmetic'), ('analysis', 'Analysis report'), ('label', 'Certificate of a label, organic or of origin')], max_length=12, verbose_name='what is asked')),
            ],
            options={
                'verbose_name': 'rule of publishing',
                'verbose_name_plural': 'rules of publishing',
                'ordering': ['use', 'need'],
                'constraints': [models.UniqueConstraint(fields=('use', 'need'), name='requirement_once'), models.CheckConstraint(condition=models.Q(('use__in', ['food', 'cosmetic', 'aroma', 'plant', 'gift'])), name='requirement_use_known'), models.CheckConstraint(condition=models.Q(('need__in', ['composition', 'advice', 'latin_name', 'net_content', 'sanitary', 'cosmetic', 'analysis', 'label'])), name='requirement_need_known')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sanitary', 'Sanitary approval or authorization (ONSSA)'), ('cosmetic', 'Registration of a cosmetic'), ('analysis', 'Analysis report'), ('label', 'Certificate of a label, organic or of origin')], max_length=10, verbose_name='kind')),
                ('number', models.CharField(max_length=60, verbose_name='document number')),
                ('file', models.FileField(storage=catalog.evidence.models.private_storage, upload_to='evidence/', verbose_name='file')),
                ('issued_on', models.DateField(blank=True, null=True, verbose_name='issued on')),
                ('expires_on', models.DateField(blank=True, help_text='Empty for what is good without an end.', null=True, verbose_name='last day')),
                ('uploaded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='sent')),
                ('outcome', models.CharField(blank=True, choices=[('accepted', 'accepted'), ('refused', 'refused')], max_length=8)),
                ('was_accepted', models.BooleanField(default=False, editable=False)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=250, verbose_name='why it was refused')),
                ('reminded_at_days', models.PositiveSmallIntegerField(blank=True, editable=False, null=True)),
                ('cooperative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='catalog.cooperative', verbose_name='cooperative')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('product', models.ForeignKey(blank=True, help_text='Empty: for all that the cooperative sells.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='catalog.product', verbose_name='product')),
                ('uploaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
            ],
            options={
                'verbose_name': 'document of proof',
                'verbose_name_plural': 'documents of proof',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('outcome', 'accepted')), fields=['expires_on'], name='evidence_expiring')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['sanitary', 'cosmetic', 'analysis', 'label'])), name='evidence_kind_known'), models.CheckConstraint(condition=models.Q(('number', ''), _negated=True), name='evidence_has_a_number'), models.CheckConstraint(condition=models.Q(('issued_on', None), ('expires_on', None), ('expires_on__gte', models.F('issued_on')), _connector='OR'), name='evidence_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('note', ''), ('outcome', '')), models.Q(('decided_at__isnull', False), ('note', ''), ('outcome', 'accepted')), models.Q(('decided_at__isnull', False), ('outcome', 'refused'), models.Q(('note', ''), _negated=True)), _connector='OR'), name='evidence_decided_with_a_reason')],
            },
        ),
        migrations.RunPython(begin_list, migrations.RunPython.noop),
    ]
