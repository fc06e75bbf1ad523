"""What is never true of a parcel: a pickup with a fee, one left out that somebody works on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fulfilment", "0011_left_out"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=~models.Q(method="pickup") | models.Q(gathers=True, fee=0), name="pickup_gathers_free"
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(condition=models.Q(fee__gte=0), name="fulfilment_fee_in_whole_dong"),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(off_because="") | models.Q(status="cancelled"), name="fulfilment_off_is_over"
            ),
        ),
    ]
