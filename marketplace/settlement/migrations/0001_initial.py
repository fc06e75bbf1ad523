"""What producers are owed."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('locations', '0003_preparing_and_transfers'),
        ('partner', '0009_agreements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Intake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('movement_id', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Payout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField()),
                ('paid_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('demonstration', models.BooleanField(default=False)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paid_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('opening', models.DecimalField(decimal_places=0, max_digits=14)),
                ('gross', models.DecimalField(decimal_places=0, max_digits=14)),
                ('commission', models.DecimalField(decimal_places=0, max_digits=14)),
                ('vat', models.DecimalField(decimal_places=0, max_digits=14)),
                ('pit', models.DecimalField(decimal_places=0, max_digits=14)),
                ('net', models.DecimalField(decimal_places=0, max_digits=14)),
                ('closing', models.DecimalField(decimal_places=0, max_digits=14)),
                ('made_at', models.DateTimeField()),
                ('place_confirmed_at', models.DateTimeField(null=True)),
                ('producer_confirmed_at', models.DateTimeField(null=True)),
                ('disputed_at', models.DateTimeField(null=True)),
                ('dispute', models.CharField(blank=True, max_length=500)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('demonstration', models.BooleanField(default=False)),
                ('disputed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='locations.location')),
                ('place_confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('producer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='partner.partner')),
                ('producer_confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-ends_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PayoutLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=0, max_digits=14)),
                ('holder', models.CharField(max_length=120)),
                ('bank_bin', models.CharField(max_length=6)),
                ('number', models.CharField(max_length=19)),
                ('live', models.BooleanField(default=True)),
                ('payout', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='settlement.payout')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payout_lines', to='settlement.statement')),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('online', 'Sold online'), ('online-back', 'Returned, sold online'), ('till', 'Sold at the till'), ('till-back', 'Returned at the till'), ('bought', 'Bought firm'), ('corrected', 'Correction'), ('paid', 'Paid out')], max_length=12)),
                ('key', models.CharField(db_collation='C', max_length=120, unique=True)),
                ('title', models.CharField(max_length=255)),
                ('reference', models.CharField(blank=True, max_length=80)),
                ('quantity', models.IntegerField(default=0)),
                ('gross', models.DecimalField(decimal_places=0, default=0, max_digits=14)),
                ('percent', models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ('commission', models.DecimalField(decimal_places=0, default=0, max_digits=14)),
                ('vat', models.DecimalField(decimal_places=0, default=0, max_digits=14)),
                ('pit', models.DecimalField(decimal_places=0, default=0, max_digits=14)),
                ('net', models.DecimalField(decimal_places=0, max_digits=14)),
                ('order_line_id', models.BigIntegerField(null=True)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('location', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='locations.location')),
                ('producer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='partner.partner')),
                ('statement', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='settlement.statement')),
            ],
        ),
        migrations.CreateModel(
            name='TaxRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('producer_kind', models.CharField(choices=[('household', 'Household'), ('enterprise', 'Enterprise'), ('cooperative', 'Cooperative'), ('group', 'Cooperative group'), ('facility', 'Production facility')], max_length=20, verbose_name='Kind of producer')),
                ('nature', models.CharField(choices=[('goods', 'Goods'), ('service', 'Service')], max_length=10, verbose_name='What is sold')),
                ('vat_percent', models.DecimalField(decimal_places=2, default=0, max_digits=5, verbose_name='VAT withheld, %')),
                ('pit_percent', models.DecimalField(decimal_places=2, default=0, max_digits=5, verbose_name='Personal income tax withheld, %')),
                ('valid_from', models.DateField(verbose_name='Valid from')),
                ('source', models.CharField(max_length=200, verbose_name='Source')),
            ],
            options={
                'ordering': ['producer_kind', 'nature', '-valid_from'],
                'constraints': [models.UniqueConstraint(fields=('producer_kind', 'nature', 'valid_from'), name='one_tax_rate_a_day'), models.CheckConstraint(condition=models.Q(('pit_percent__gte', 0), ('pit_percent__lte', 50), ('vat_percent__gte', 0), ('vat_percent__lte', 50)), name='tax_is_a_share')],
            },
        ),
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder', models.CharField(max_length=120, verbose_name='Account holder')),
                ('bank_bin', models.CharField(max_length=6, verbose_name='Bank')),
                ('number', models.CharField(max_length=19, verbose_name='Account number')),
                ('entered_at', models.DateTimeField()),
                ('verified_at', models.DateTimeField(null=True)),
                ('replaced_at', models.DateTimeField(null=True)),
                ('demonstration', models.BooleanField(default=False)),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('producer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bank_accounts', to='partner.partner')),
                ('verified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('producer',), name='one_bank_account')],
            },
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.CheckConstraint(condition=models.Q(('paid_at', None), ('cancelled_at', None), _connector='OR'), name='payout_ends_once'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('producer', 'location', 'number'), name='statement_once'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('producer', 'location', 'ends_on'), name='statement_ends_once'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('closing', django.db.models.expressions.CombinedExpression(models.F('opening'), '+', models.F('net')))), name='statement_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='statement_goes_forward'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('disputed_at', None), models.Q(('dispute', ''), _negated=True), _connector='XOR'), name='dispute_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('answered_at', None), models.Q(('disputed_at', None), _negated=True), _connector='OR'), name='answer_is_to_a_dispute'),
        ),
        migrations.AddConstraint(
            model_name='payoutline',
            constraint=models.UniqueConstraint(condition=models.Q(('live', True)), fields=('statement',), name='statement_in_one_payout'),
        ),
        migrations.AddConstraint(
            model_name='payoutline',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payout_of_something'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('statement', None)), fields=['producer', 'location'], name='entry_open'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['statement', 'happened_at'], name='entry_of_statement'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('order_line_id', None), _negated=True), fields=['order_line_id'], name='entry_of_line'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('commission', 0), ('gross', 0), ('kind__in', ['corrected', 'paid']), ('pit', 0), ('vat', 0)), models.Q(models.Q(('kind__in', ['corrected', 'paid']), _negated=True), ('net', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('gross'), '-', models.F('commission')), '-', models.F('vat')), '-', models.F('pit')))), _connector='OR'), name='entry_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'corrected'), models.Q(('kind', 'paid'), ('net__lt', 0)), models.Q(('gross__gte', 0), ('kind__in', ['online', 'till', 'bought']), ('quantity__gt', 0)), models.Q(('gross__lte', 0), ('kind__in', ['online-back', 'till-back']), ('quantity__lt', 0)), _connector='OR'), name='entry_has_its_sign'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['online', 'online-back']), models.Q(('pit', 0), ('vat', 0)), _connector='OR'), name='tax_of_online_sales_alone'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['online', 'online-back']), ('order_line_id', None), _connector='XOR'), name='online_sales_have_a_line'),
        ),
    ]
