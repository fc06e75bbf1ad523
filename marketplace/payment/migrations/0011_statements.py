"""Statements of a bank, their lines, and what each line pays."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payment', '0010_bank_accounts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('table', models.JSONField(null=True)),
                ('report', models.JSONField(default=list)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='payment.bankaccount')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='StatementLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100)),
                ('bank_id', models.CharField(blank=True, max_length=80)),
                ('happened_at', models.DateTimeField()),
                ('amount', models.DecimalField(decimal_places=0, max_digits=13)),
                ('text', models.CharField(blank=True, max_length=500)),
                ('payer', models.CharField(blank=True, max_length=200)),
                ('balance', models.DecimalField(decimal_places=0, max_digits=15, null=True)),
                ('state', models.CharField(choices=[('new', 'Being matched'), ('left', 'To look at'), ('taken', 'Matched'), ('aside', 'Not ours'), ('out', 'Money out')], default='new', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('received_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payment.bankaccount')),
                ('feed', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payment.bankfeed')),
                ('statement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payment.statement')),
            ],
        ),
        migrations.CreateModel(
            name='LinePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=0, max_digits=13)),
                ('taken_at', models.DateTimeField(db_index=True, null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='payment.source')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='payment.statementline')),
            ],
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('read_at__isnull', True), ('table__isnull', True), _connector='XOR'), name='statement_read_or_kept'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(condition=models.Q(('state__in', ['new', 'left'])), fields=['state', 'id'], name='line_waiting'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.UniqueConstraint(fields=('account', 'key'), name='statement_line_once'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='statement_line_of_something'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'aside'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='set_aside_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='linepart',
            constraint=models.UniqueConstraint(fields=('line', 'source'), name='line_pays_a_source_once'),
        ),
        migrations.AddConstraint(
            model_name='linepart',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='part_of_something'),
        ),
    ]
