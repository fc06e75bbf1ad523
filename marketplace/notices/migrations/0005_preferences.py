import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0004_final_attempts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(max_length=40, null=True, unique=True)),
                ('orders_email', models.BooleanField(default=True)),
                ('orders_phone', models.CharField(blank=True, choices=[('zns', 'Zalo'), ('sms', 'SMS')], default='zns', max_length=10)),
                ('work_email', models.BooleanField(default=True)),
                ('work_phone', models.CharField(blank=True, choices=[('zns', 'Zalo'), ('sms', 'SMS')], default='', max_length=10)),
                ('quiet_from', models.TimeField(blank=True, null=True)),
                ('quiet_until', models.TimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='preference',
            name='user',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='preference', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.CheckConstraint(condition=models.Q(('user', None), ('about', None), _connector='XOR'), name='preference_of_one'),
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.CheckConstraint(condition=models.Q(('orders_email', True), models.Q(('orders_phone', ''), _negated=True), _connector='OR'), name='orders_are_heard_of'),
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.CheckConstraint(condition=models.Q(('quiet_from', None), ('quiet_until', None), _connector='XOR', _negated=True), name='quiet_begins_and_ends'),
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.CheckConstraint(condition=models.Q(('orders_phone__in', ['', 'zns', 'sms']), ('work_phone__in', ['', 'zns', 'sms'])), name='preference_by_phone'),
        ),
    ]
