"""A refund that was due, and that the buyer has from the bank after a lost dispute."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payment', '0015_disputes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='refund',
            name='status',
            field=models.CharField(choices=[('due', 'To be made'), ('pending', 'Accepted by the payment company'), ('made', 'Made'), ('covered', "Made by the buyer's bank"), ('failed', 'Failed, a person must look')], default='due', max_length=10),
        ),
    ]
