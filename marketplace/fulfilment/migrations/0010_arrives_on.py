"""By when a parcel should be at the door, as its shopper was told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fulfilment", "0009_fee"),
    ]

    operations = [
        migrations.AddField(
            model_name="fulfilment",
            name="arrives_on",
            field=models.DateField(blank=True, null=True),
        ),
    ]
