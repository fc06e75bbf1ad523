"""What a till's event moved is named by the event's number in the inbox, no longer by its uuid: such keys grow at the index's end."""

from django.db import migrations

RENAME = """
ALTER TABLE {table} DISABLE TRIGGER {table}_is_append_only;
UPDATE {table} AS row SET key = replace(row.key, event.{old}::text, event.{new}::text) FROM tills_tillevent AS event
 WHERE (row.key LIKE 'till:%' OR row.key LIKE 'counted:till:%')
   AND split_part(replace(row.key, 'counted:', ''), ':', 2) = event.{old}::text;
ALTER TABLE {table} ENABLE TRIGGER {table}_is_append_only;
"""
TABLES = ("stock_movement", "settlement_entry")
BY_NUMBER = "".join(RENAME.format(table=table, old="uuid", new="id") for table in TABLES)
BY_UUID = "".join(RENAME.format(table=table, old="id", new="uuid") for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("settlement", "0003_rates_and_beginning"), ("stock", "0011_purchases"), ("tills", "0004_parked_events_are_found"),
    ]  # fmt: skip
    operations = [migrations.RunSQL(BY_NUMBER, BY_UUID)]
