"""To which carrier a parcel was handed, how heavy it was, and what the carrier is to take at the door."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0019_left_out_for_a_dispute'),
        ('shipping', '0009_free_delivery'),
    ]

    operations = [
        migrations.AddField(
            model_name='fulfilment',
            name='by_carrier',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parcels', to='shipping.carrier'),
        ),
        migrations.AddField(
            model_name='fulfilment',
            name='cash_told',
            field=models.DecimalField(decimal_places=0, default=0, max_digits=12),
        ),
        migrations.AddField(
            model_name='fulfilment',
            name='grams',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='fulfilment',
            index=models.Index(condition=models.Q(('by_carrier__isnull', False)), fields=['-shipped_at'], name='fulfilment_handed'),
        ),
        migrations.AddConstraint(
            model_name='fulfilment',
            constraint=models.UniqueConstraint(condition=models.Q(('by_carrier__isnull', False)), fields=('by_carrier', 'tracking_number'), name='tracking_number_once'),
        ),
        migrations.AddConstraint(
            model_name='fulfilment',
            constraint=models.CheckConstraint(condition=models.Q(('by_carrier', None), models.Q(('tracking_number', ''), _negated=True), _connector='OR'), name='carrier_has_number'),
        ),
    ]
