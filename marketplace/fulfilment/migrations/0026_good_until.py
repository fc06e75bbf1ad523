"""Pieces that are missing because they would not keep until the day on which the rest is there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fulfilment", "0025_cash_told_before"),
    ]

    operations = [
        migrations.AddField(
            model_name="shortline",
            name="good_until",
            field=models.DateField(null=True),
        ),
    ]
