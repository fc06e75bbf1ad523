"""What a place keeps from online orders."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("locations", "0003_preparing_and_transfers"),
        ("catalogue", "0035_days_left_on_arrival"),
        ("stock", "0005_holds_are_sent_on"),
    ]
    operations = [
        migrations.CreateModel(
            name="Reserve",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("safety_stock", models.PositiveIntegerField(default=0, verbose_name="Safety stock, pieces")),
                (
                    "counter_percent",
                    models.PositiveSmallIntegerField(default=0, verbose_name="Kept for the counter, %"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="reserve",
            name="location",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="reserves", to="locations.location"
            ),
        ),
        migrations.AddField(
            model_name="reserve",
            name="product",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="catalogue.product",
            ),
        ),
        migrations.AddConstraint(
            model_name="reserve",
            constraint=models.UniqueConstraint(fields=("location", "product"), name="reserve_once"),
        ),
        migrations.AddConstraint(
            model_name="reserve",
            constraint=models.UniqueConstraint(
                condition=models.Q(("product", None)), fields=("location",), name="reserve_of_all_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reserve",
            constraint=models.CheckConstraint(
                condition=models.Q(("counter_percent__lte", 100)), name="reserve_in_percent"
            ),
        ),
    ]
