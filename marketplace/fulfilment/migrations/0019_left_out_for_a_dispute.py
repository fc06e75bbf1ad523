"""Parcels may be left out because the buyer's bank gave the money back."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0018_unconfirmed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='fulfilment',
            name='off_because',
            field=models.CharField(blank=True, choices=[('unpaid', 'It was not paid in time.'), ('shopper', 'The shopper cancelled it.'), ('office', 'The shop cancelled it.'), ('sold-out', 'The payment came late, and the goods were sold meanwhile.'), ('uncollected', 'It was not collected in time.'), ('undelivered', 'It could not be delivered.'), ('lost', 'It was lost on the way.'), ('short', 'The goods were sold at the sales point meanwhile.'), ('disputed', 'The bank gave the money back to the buyer.')], max_length=12),
        ),
    ]
