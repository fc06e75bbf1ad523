"""Goods for so much are brought free of charge."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shipping', '0008_steps_of_tariffs'),
    ]

    operations = [
        migrations.CreateModel(
            name='FreeDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('least', models.DecimalField(decimal_places=0, max_digits=12, verbose_name='Goods for at least, ₫')),
                ('valid_from', models.DateField(verbose_name='Valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='Until')),
                ('demonstration', models.BooleanField(default=False)),
                ('zone', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='free_deliveries', to='shipping.zone', verbose_name='Zone')),
            ],
            options={
                'ordering': ['valid_from', 'pk'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('least__gt', 0)), name='free_from_something'),
                    models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='free_until_later'),
                ],
            },
        ),
    ]
