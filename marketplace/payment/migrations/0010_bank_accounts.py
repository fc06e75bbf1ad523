"""The shop's bank accounts, how their statements look, and the programs that report them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payment', '0009_pay_by_transfer'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bin', models.CharField(max_length=6, verbose_name='Bank')),
                ('number', models.CharField(max_length=19, verbose_name='Account number')),
                ('holder', models.CharField(max_length=80, verbose_name='Account holder')),
                ('active', models.BooleanField(default=True, verbose_name='In use')),
                ('shown', models.BooleanField(default=False)),
                ('demonstration', models.BooleanField(default=False, verbose_name='For demonstration: no money may be sent there')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bin', 'number'), name='bank_account_once'), models.UniqueConstraint(condition=models.Q(('shown', True)), fields=('shown',), name='one_account_shown'), models.CheckConstraint(condition=models.Q(('shown', False), ('active', True), _connector='OR'), name='shown_account_in_use')],
            },
        ),
        migrations.CreateModel(
            name='BankFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='Name')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('last_contact_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feeds', to='payment.bankaccount')),
            ],
        ),
        migrations.CreateModel(
            name='StatementFormat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bin', models.CharField(max_length=6, unique=True)),
                ('columns', models.JSONField()),
                ('changed_at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
