from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payment", "0012_payouts")]
    operations = [
        migrations.AddField("transaction", "happened_at", models.DateTimeField(blank=True, null=True)),
    ]
