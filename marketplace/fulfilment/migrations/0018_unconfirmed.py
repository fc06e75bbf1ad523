"""An order in cash that nobody confirmed is a reason, too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0017_not_taken_at_the_door'),
    ]

    operations = [
        migrations.AlterField(
            model_name='fulfilment',
            name='off_because',
            field=models.CharField(blank=True, choices=[('unpaid', 'It was not paid in time.'), ('shopper', 'The shopper cancelled it.'), ('office', 'The shop cancelled it.'), ('sold-out', 'The payment came late, and the goods were sold meanwhile.'), ('uncollected', 'It was not collected in time.'), ('undelivered', 'It could not be delivered.'), ('lost', 'It was lost on the way.'), ('unconfirmed', 'It was not confirmed in time.'), ('short', 'The goods were sold at the sales point meanwhile.')], max_length=12),
        ),
    ]
