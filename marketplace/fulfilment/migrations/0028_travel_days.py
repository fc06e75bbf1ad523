from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0027_three_causes")]
    operations = [
        migrations.AddField("fulfilment", "travel_days", models.PositiveSmallIntegerField(blank=True, null=True)),
    ]
