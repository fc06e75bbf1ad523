"""Why a parcel was not taken, as its carrier says."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0023_every_reason_to_leave_out'),
    ]

    operations = [
        migrations.AddField(
            model_name='parcelevent',
            name='why',
            field=models.CharField(blank=True, choices=[('refused', 'The buyer does not want it any more'), ('no-money', 'The buyer did not have the money'), ('absent', 'Nobody was there'), ('unreached', 'The buyer could not be reached by phone'), ('address', 'The address was not found'), ('damaged', 'The parcel was damaged'), ('other', 'Another reason')], default='', max_length=10),
        ),
    ]
