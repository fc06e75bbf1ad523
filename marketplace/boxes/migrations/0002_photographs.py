"""A photograph of the box itself."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("boxes", "0001_gift_boxes"),
    ]

    operations = [
        migrations.AddField(
            model_name="box",
            name="photo",
            field=models.ImageField(blank=True, upload_to="boxes/%Y/%m/", verbose_name="Photograph"),
        ),
    ]
