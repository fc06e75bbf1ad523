"""What each parcel's delivery costs. Of orders placed before, the parcels share what was paid."""

from django.db import migrations, models

# Whole đồng: the first parcels take what is left over.
SHARE = """
    UPDATE fulfilment_fulfilment AS parcel SET fee = share.fee
      FROM (SELECT one.id, floor(bought.shipping_incl_tax / count(*) OVER mine)
                   + CASE WHEN row_number() OVER (mine ORDER BY one.id) <= mod(bought.shipping_incl_tax, count(*) OVER mine)
                          THEN 1 ELSE 0 END AS fee
              FROM fulfilment_fulfilment AS one
              JOIN order_order AS bought ON bought.id = one.order_id
             WHERE one.method = 'delivery'
            WINDOW mine AS (PARTITION BY one.order_id)) AS share
     WHERE share.id = parcel.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("fulfilment", "0008_gathered"),
        ("order", "0024_pieces_taken_off"),
    ]

    operations = [
        migrations.AddField(
            model_name="fulfilment",
            name="fee",
            field=models.DecimalField(decimal_places=0, default=0, max_digits=9),
        ),
        migrations.RunSQL(SHARE, migrations.RunSQL.noop),
    ]
