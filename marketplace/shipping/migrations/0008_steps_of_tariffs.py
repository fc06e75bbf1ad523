"""A step stands in a tariff alone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shipping', '0007_steps_find_their_tariff'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='tariffstep', name='tariff_step_once'),
        migrations.AlterModelOptions(name='tariffstep', options={'ordering': ['tariff', 'up_to_grams']}),
        migrations.RemoveField(model_name='tariffstep', name='zone'),
        migrations.AlterField(
            model_name='tariffstep',
            name='tariff',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='shipping.tariff'),
        ),
        migrations.AddConstraint(
            model_name='tariffstep',
            constraint=models.UniqueConstraint(fields=('tariff', 'up_to_grams'), name='tariff_step_once'),
        ),
    ]
