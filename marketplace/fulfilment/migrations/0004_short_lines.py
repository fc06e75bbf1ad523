"""Pieces that were promised and were not there."""

import django.db.models.deletion
import marketplace.order.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0003_day_of_collection'),
        ('locations', '0003_preparing_and_transfers'),
        ('order', '0024_pieces_taken_off'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShortLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('shortage_id', models.BigIntegerField(db_index=True, null=True)),
                ('transfer_line_id', models.BigIntegerField(db_index=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('token', models.CharField(default=marketplace.order.models.new_token, editable=False, max_length=43, unique=True)),
                ('opened_at', models.DateTimeField()),
                ('wait_until', models.DateTimeField(null=True)),
                ('chosen', models.CharField(blank=True, choices=[('wait', 'Wait'), ('money', 'Money back')], max_length=10)),
                ('chosen_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('moved', 'Comes from another place'), ('came', 'Is there again'), ('money-back', 'Taken off the order'), ('cancelled', 'The order was cancelled')], max_length=10)),
                ('found_at', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='locations.location')),
                ('fulfilment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shorts', to='fulfilment.fulfilment')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shorts', to='order.line')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['wait_until'], name='short_line_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='short_of_something'), models.CheckConstraint(condition=models.Q(('closed_at', None), models.Q(('outcome', ''), _negated=True), _connector='XOR'), name='short_ends_somehow'), models.CheckConstraint(condition=models.Q(('shortage_id', None), ('transfer_line_id', None), _connector='XOR'), name='short_has_one_cause'), models.CheckConstraint(condition=models.Q(('chosen', ''), ('chosen_at__isnull', False), _connector='XOR'), name='short_chosen_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), _negated=True), models.Q(('wait_until', None), _negated=True), _connector='OR'), name='short_ends_by_itself')],
            },
        ),
    ]
