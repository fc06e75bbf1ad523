"""What of the returns is in the accounts of their producers."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0015_returns'),
    ]

    operations = [
        migrations.AddField(
            model_name='return',
            name='netted_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='return',
            index=models.Index(condition=models.Q(('netted_at', None), ('status', 'settled')), fields=['closed_at'], name='return_to_net'),
        ),
    ]
