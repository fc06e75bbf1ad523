"""Pieces that are missing because their lot was recalled."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fulfilment", "0006_first_promised_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="shortline",
            name="recalled_lot",
            field=models.CharField(blank=True, max_length=60),
        ),
    ]
