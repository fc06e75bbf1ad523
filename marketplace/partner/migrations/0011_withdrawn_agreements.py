"""An agreement that was written wrongly can be withdrawn, and makes room for the right one on the same day."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import marketplace.partner.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0005_cooled_transfers'),
        ('partner', '0010_quantity_prices'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='agreement',
            name='one_agreement_at_a_time',
        ),
        migrations.AddField(
            model_name='agreement',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('withdrawn_at', None)), expressions=[('location', '='), ('producer', '='), (marketplace.partner.models.DateRange('valid_from', 'valid_until', django.contrib.postgres.fields.ranges.RangeBoundary(True, True)), '&&')], name='one_agreement_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at', None), ('withdrawn_at__gte', models.F('written_at')), _connector='OR'), name='agreement_is_written_before_it_is_withdrawn'),
        ),
    ]
