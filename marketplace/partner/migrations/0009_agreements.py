"""What places and producers agree, one agreement at a time."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import marketplace.partner.models
from decimal import Decimal

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0003_preparing_and_transfers'),
        ('partner', '0008_producers'),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('terms', models.CharField(choices=[('consignment', 'Consignment'), ('firm', 'Firm purchase')], max_length=12, verbose_name='Terms')),
                ('commission_percent', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=5, verbose_name='Commission, %')),
                ('period', models.CharField(choices=[('month', 'Monthly'), ('half-month', 'Twice a month'), ('week', 'Weekly')], default='month', max_length=10, verbose_name='Statements')),
                ('valid_from', models.DateField(verbose_name='Valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='Valid until')),
                ('written_at', models.DateTimeField()),
                ('demonstration', models.BooleanField(default=False)),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='locations.location', verbose_name='Place')),
                ('producer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='partner.partner', verbose_name='Producer')),
            ],
            options={
                'ordering': ['-valid_from', '-pk'],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('location', '='), ('producer', '='), (marketplace.partner.models.DateRange('valid_from', 'valid_until', django.contrib.postgres.fields.ranges.RangeBoundary(True, True)), '&&')], name='one_agreement_at_a_time'), models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='agreement_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('commission_percent__gte', 0), ('commission_percent__lte', 100)), name='commission_is_a_share'), models.CheckConstraint(condition=models.Q(models.Q(('terms', 'firm'), _negated=True), ('commission_percent', 0), _connector='OR'), name='bought_goods_bear_no_commission')],
            },
        ),
    ]
