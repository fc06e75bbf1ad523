"""The day on which the shopper means to come."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0002_initial")]
    operations = [
        migrations.AddField("fulfilment", "collect_on", models.DateField(blank=True, null=True)),
    ]
