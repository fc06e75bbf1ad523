"""Who brings parcels."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shipping', '0004_tariff'),
    ]

    operations = [
        migrations.CreateModel(
            name='Carrier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='Name')),
                ('phone', models.CharField(blank=True, max_length=16, verbose_name='Phone')),
                ('tracking_url', models.CharField(blank=True, max_length=300, verbose_name='Tracking address')),
                ('gateway', models.CharField(choices=[('hand', 'Nothing: the points mark parcels by hand'), ('files', 'Files: a manifest out, a status file in'), ('api', 'The carrier reports by itself (API)')], default='hand', max_length=10, verbose_name='What is exchanged')),
                ('divisor', models.PositiveIntegerField(default=0, verbose_name='Volume of a kilogram, cm³')),
                ('cooled', models.BooleanField(default=False, verbose_name='Keeps goods cool on the way')),
                ('active', models.BooleanField(default=True, verbose_name='New parcels may go with it')),
                ('mapping', models.JSONField(blank=True, default=dict)),
                ('token_hash', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('demonstration', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('tracking_url', ''), ('tracking_url__contains', '{number}'), _connector='OR'), name='tracking_url_has_number'),
                    models.CheckConstraint(condition=models.Q(('token_hash', None), ('gateway', 'api'), _connector='OR'), name='token_for_api'),
                ],
            },
        ),
    ]
