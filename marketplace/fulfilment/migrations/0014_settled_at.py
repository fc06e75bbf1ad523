"""What of the parcels is in the accounts of their producers."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0013_first_arrives_on'),
        ('locations', '0003_preparing_and_transfers'),
        ('order', '0024_pieces_taken_off'),
    ]

    operations = [
        migrations.AddField(
            model_name='fulfilment',
            name='settled_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='fulfilment',
            index=models.Index(condition=models.Q(('settled_at', None), ('status__in', ['collected', 'delivered'])), fields=['finished_at'], name='fulfilment_to_settle'),
        ),
    ]
