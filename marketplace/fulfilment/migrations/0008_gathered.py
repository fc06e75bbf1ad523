"""Where a place packs all of its part: what it lacks is brought there. Pickups always did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fulfilment", "0007_recalled_lot"),
    ]

    operations = [
        migrations.AddField(
            model_name="fulfilment",
            name="gathers",
            field=models.BooleanField(default=False),
        ),
        migrations.RunSQL(
            "UPDATE fulfilment_fulfilment SET gathers = true WHERE method = 'pickup'", migrations.RunSQL.noop
        ),
    ]
