from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('notices', '0003_inbox')]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='final',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='channel',
            field=models.CharField(choices=[('email', 'E-mail'), ('zns', 'Zalo'), ('sms', 'SMS')], default='email', max_length=10),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('final', True)), fields=['delivery'], name='attempt_final'),
        ),
    ]
