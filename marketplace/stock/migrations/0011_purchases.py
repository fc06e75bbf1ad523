"""What was bought firm, and for how much."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stock', '0010_recalls_open_cases'),
    ]

    operations = [
        migrations.CreateModel(
            name='Purchase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit_price', models.DecimalField(decimal_places=0, max_digits=12)),
                ('movement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='purchase', to='stock.movement')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('unit_price__gt', 0)), name='bought_for_something')],
            },
        ),
    ]
