"""What a buyer's bank asks back, and what becomes of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payment', '0014_where_cash_was_taken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=255, unique=True)),
                ('state', models.CharField(choices=[('warning_needs_response', 'The bank asks about it'), ('warning_under_review', 'The bank reads our answer'), ('warning_closed', 'The bank has not followed it up'), ('needs_response', 'To be answered'), ('under_review', 'The bank decides'), ('won', 'Won'), ('lost', 'Lost'), ('prevented', 'Settled for the buyer')], max_length=24)),
                ('reason', models.CharField(max_length=60)),
                ('network_code', models.CharField(blank=True, max_length=20)),
                ('amount', models.DecimalField(decimal_places=0, max_digits=12)),
                ('refundable', models.BooleanField(default=False)),
                ('withdrawn', models.BooleanField(default=False)),
                ('due_by', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('heard_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('words', models.TextField(blank=True)),
                ('evidence', models.JSONField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('released_at', models.DateTimeField(null=True)),
                ('next_try_at', models.DateTimeField(db_index=True, null=True)),
                ('error', models.TextField(blank=True)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='payment.source')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='dispute_of_something'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('state__in', ['warning_closed', 'won', 'lost', 'prevented'])), models.Q(('decided_at', None), models.Q(('state__in', ['warning_closed', 'won', 'lost', 'prevented']), _negated=True)), _connector='OR'), name='dispute_ended_has_time')],
            },
        ),
    ]
