"""Refunds by transfer: where to, in which file for the bank, and with which line they left."""

import django.db.models.deletion
import marketplace.payment.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payment', '0011_statements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PayoutBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='payment.bankaccount')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='refund',
            name='batch',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payment.payoutbatch'),
        ),
        migrations.AddField(
            model_name='refund',
            name='line',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refund', to='payment.statementline'),
        ),
        migrations.CreateModel(
            name='RefundAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bin', models.CharField(max_length=6, verbose_name='Bank')),
                ('number', models.CharField(max_length=19, verbose_name='Account number')),
                ('holder', models.CharField(max_length=80, verbose_name='Account holder')),
                ('token', models.CharField(default=marketplace.payment.models.new_token, editable=False, max_length=43, unique=True)),
                ('given_at', models.DateTimeField(null=True)),
                ('source', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='refund_account', to='payment.source')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('given_at', None), models.Q(models.Q(('bin', ''), _negated=True), models.Q(('number', ''), _negated=True), models.Q(('holder', ''), _negated=True)), _connector='OR'), name='account_given_whole')],
            },
        ),
    ]
