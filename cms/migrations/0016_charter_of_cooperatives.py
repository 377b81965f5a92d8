
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0015_alt_texts_of_covers'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='legaltext',
            name='legaltext_kind_known',
        ),
        migrations.AlterField(
            model_name='legaltext',
            name='kind',
            field=models.CharField(choices=[('livraison', 'Delivery'), ('paiement', 'Payment and security'), ('retours', 'Returns and withdrawal'), ('conditions', 'Terms of sale'), ('confidentialite', 'Personal data'), ('cookies', 'Cookies'), ('mentions-legales', 'Legal notice'), ('charte', 'Charter of cooperatives')], max_length=20, unique=True, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='legaltext',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['livraison', 'paiement', 'retours', 'conditions', 'confidentialite', 'cookies', 'mentions-legales', 'charte'])), name='legaltext_kind_known'),
        ),
    ]
