from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payment", "0008_refunds_that_wait")]
    operations = [
        migrations.AddField("transaction", "happened_at", models.DateTimeField(blank=True, null=True)),
    ]
