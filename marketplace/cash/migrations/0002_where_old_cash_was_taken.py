"""Cash that was taken before anybody wrote down where: its reference names the parcel, and the parcel the place."""

from django.db import migrations

FILL = """
    UPDATE payment_transaction t
       SET location_id = f.location_id, carrier = f.carrier, happened_at = coalesce(t.happened_at, t.date_created)
      FROM fulfilment_fulfilment f
     WHERE t.reference = 'fulfilment:' || f.id AND t.txn_type = 'Debit' AND t.location_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("cash", "0001_initial"), ("fulfilment", "0017_not_taken_at_the_door")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
