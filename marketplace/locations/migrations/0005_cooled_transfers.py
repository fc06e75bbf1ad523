"""Whether what a place sends to another is kept cool on the way."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("locations", "0004_returns"),
    ]

    operations = [
        migrations.AddField(
            model_name="location",
            name="cooled_transfers",
            field=models.BooleanField(default=False, verbose_name="Goods sent from here to another point are kept cool"),
        ),
    ]
