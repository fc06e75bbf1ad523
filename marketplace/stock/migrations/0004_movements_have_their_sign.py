"""What comes is positive, what goes is negative."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stock", "0003_lots_are_frozen"),
    ]
    operations = [
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "counted"),
                    models.Q(("kind__in", ["received", "returned", "arrived"]), ("quantity__gt", 0)),
                    models.Q(("kind__in", ["issued", "sold", "spoiled", "sent"]), ("quantity__lt", 0)),
                    _connector="OR",
                ),
                name="movement_has_its_sign",
            ),
        ),
    ]
