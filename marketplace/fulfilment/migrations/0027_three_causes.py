"""A case, a line of a transfer, or a day that is too late: one of them."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("fulfilment", "0026_good_until"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="shortline", name="short_has_one_cause"),
        migrations.AddConstraint(
            model_name="shortline",
            constraint=models.CheckConstraint(
                name="short_has_one_cause",
                condition=Q(shortage_id__isnull=False, transfer_line_id=None, good_until=None)
                | Q(shortage_id=None, transfer_line_id__isnull=False, good_until=None)
                | Q(shortage_id=None, transfer_line_id=None, good_until__isnull=False),
            ),
        ),
    ]
