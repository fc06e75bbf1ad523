import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payment", "0013_when_money_moved"), ("locations", "0003_preparing_and_transfers")]
    operations = [
        migrations.AddField(
            "transaction",
            "location",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="locations.location",
            ),
        ),
        migrations.AddField("transaction", "carrier", models.CharField(blank=True, default="", max_length=60)),
    ]
