"""A hold may end because its units left with a transfer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stock", "0004_movements_have_their_sign"),
    ]
    operations = [
        migrations.RemoveConstraint(
            model_name="hold",
            name="hold_ends_once",
        ),
        migrations.RemoveIndex(
            model_name="hold",
            name="hold_active",
        ),
        migrations.AddField(
            model_name="hold",
            name="sent_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                condition=models.Q(
                    ("issued_at__isnull", True), ("released_at__isnull", True), ("sent_at__isnull", True)
                ),
                fields=["balance", "expires_at"],
                name="hold_active",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("issued_at__isnull", True), ("released_at__isnull", True)),
                    models.Q(("released_at__isnull", True), ("sent_at__isnull", True)),
                    models.Q(("issued_at__isnull", True), ("sent_at__isnull", True)),
                    _connector="OR",
                ),
                name="hold_ends_once",
            ),
        ),
    ]
