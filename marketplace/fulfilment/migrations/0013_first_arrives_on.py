from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0012_parcels_of_an_order")]

    operations = [
        migrations.AddField("fulfilment", "first_arrives_on", models.DateField(blank=True, null=True)),
    ]
