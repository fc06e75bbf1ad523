"""A recalled lot is frozen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stock", "0002_movements_are_append_only"),
    ]
    operations = [
        migrations.AddField(
            model_name="lot",
            name="frozen_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="lot",
            name="frozen_because",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
