"""A case without a movement: the lot was recalled."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stock', '0009_fewer_indexes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='shortage',
            name='movement',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shortage', to='stock.movement'),
        ),
    ]
