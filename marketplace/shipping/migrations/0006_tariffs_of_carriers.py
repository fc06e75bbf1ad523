"""A tariff is a carrier's, and begins on a day. The steps find theirs in the next migration."""

import datetime

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shipping', '0005_carriers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tariff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(default=datetime.date(2020, 1, 1), verbose_name='Valid from')),
                ('hours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Hours on the way')),
                ('carrier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tariffs', to='shipping.carrier')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tariffs', to='shipping.zone')),
            ],
            options={
                'ordering': ['zone', 'carrier__name', '-valid_from'],
                'constraints': [
                    models.UniqueConstraint(fields=('carrier', 'zone', 'valid_from'), name='one_tariff_a_day'),
                    models.CheckConstraint(condition=models.Q(('hours', None), ('hours__gt', 0), _connector='OR'), name='tariff_takes_time'),
                ],
            },
        ),
        migrations.AddField(
            model_name='tariffstep',
            name='tariff',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='shipping.tariff'),
        ),
    ]
