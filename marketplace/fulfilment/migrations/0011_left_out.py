"""Why an order goes on without one of its parcels."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fulfilment", "0010_arrives_on"),
    ]

    operations = [
        migrations.AddField(
            model_name="fulfilment",
            name="off_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unpaid", "It was not paid in time."),
                    ("shopper", "The shopper cancelled it."),
                    ("office", "The shop cancelled it."),
                    ("sold-out", "The payment came late, and the goods were sold meanwhile."),
                    ("uncollected", "It was not collected in time."),
                    ("undelivered", "It could not be delivered."),
                    ("lost", "It was lost on the way."),
                    ("short", "The goods were sold at the sales point meanwhile."),
                ],
                default="",
                max_length=12,
            ),
            preserve_default=False,
        ),
    ]
