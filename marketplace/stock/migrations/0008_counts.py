"""Stocktaking while trading."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("locations", "0003_preparing_and_transfers"),
        ("stock", "0007_transfers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Count",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Being counted"), ("closed", "On the books"), ("dropped", "Dropped")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="CountLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("snapshot", models.IntegerField()),
                ("last_movement", models.BigIntegerField(default=0)),
                ("counted", models.PositiveIntegerField(null=True)),
                ("counted_at", models.DateTimeField(null=True)),
                ("variance", models.IntegerField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="count",
            name="location",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="counts", to="locations.location"
            ),
        ),
        migrations.AddField(
            model_name="count",
            name="opened_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="countline",
            name="balance",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="count_lines", to="stock.balance"
            ),
        ),
        migrations.AddField(
            model_name="countline",
            name="count",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="stock.count"
            ),
        ),
        migrations.AddField(
            model_name="countline",
            name="counted_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="count",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")), fields=("location",), name="one_open_count"
            ),
        ),
        migrations.AddConstraint(
            model_name="count",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "open"), ("closed_at__isnull", False), _connector="XOR"),
                name="count_closed_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="countline",
            constraint=models.UniqueConstraint(fields=("count", "balance"), name="counted_once"),
        ),
        migrations.AddConstraint(
            model_name="countline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("counted", None), ("counted_at", None)),
                    models.Q(("counted__isnull", False), ("counted_at__isnull", False)),
                    _connector="OR",
                ),
                name="counted_has_time",
            ),
        ),
    ]
