"""Pickups whose goods came late keep the moment that was promised first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fulfilment", "0005_promised_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="fulfilment",
            name="first_promised_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
