"""The inbox of what carriers say about parcels, and the files in which some of them say it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('fulfilment', '0020_handed_to_carriers'),
    ]

    operations = [
        migrations.CreateModel(
            name='ParcelEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('tracking_number', models.CharField(max_length=60)),
                ('status', models.CharField(choices=[('taken', 'Taken over by the carrier'), ('moving', 'On its way'), ('out', 'Out for delivery'), ('delivered', 'Delivered'), ('failed', 'Not delivered')], max_length=10)),
                ('happened_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('source', models.CharField(choices=[('file', 'File'), ('api', 'API')], max_length=10)),
                ('received_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('moved', "The parcel's state has changed"), ('noted', 'Noted'), ('late', 'Came after later news; nothing has changed'), ('agreed', 'Known already'), ('contrary', 'The books say otherwise; nothing has changed'), ('refused', 'Could not be done'), ('unknown', 'No parcel has this number')], default='unknown', max_length=10)),
                ('refusal', models.JSONField(default=dict)),
                ('set_aside_at', models.DateTimeField(null=True)),
                ('carrier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='shipping.carrier')),
                ('fulfilment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='fulfilment.fulfilment')),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('fulfilment', None)), fields=['carrier', 'tracking_number'], name='parcel_event_unknown'),
                    models.Index(fields=['fulfilment', 'happened_at'], name='parcel_event_way'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('carrier', 'key'), name='parcel_event_once'),
                    models.CheckConstraint(condition=models.Q(('fulfilment', None), models.Q(('outcome', 'unknown'), _negated=True), _connector='XOR'), name='known_parcel_or_unknown'),
                ],
            },
        ),
        migrations.CreateModel(
            name='StatusFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('rows', models.JSONField(default=list)),
                ('made_at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('carrier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_files', to='shipping.carrier')),
            ],
            options={'ordering': ['-pk']},
        ),
    ]
