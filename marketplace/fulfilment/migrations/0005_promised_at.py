"""When a pickup should be ready, as its shopper was told."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0004_short_lines'),
    ]

    operations = [
        migrations.AddField(
            model_name='fulfilment',
            name='promised_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
