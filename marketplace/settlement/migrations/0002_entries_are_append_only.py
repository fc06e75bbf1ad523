"""What is owed cannot be rewritten, whoever tries; an open entry goes on its statement, once."""

from django.db import migrations

# Which columns an UPDATE names costs nothing to ask: a period's entries go on their statement by the ten thousand.
FORBID = """
CREATE FUNCTION settlement_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of what is owed are append-only';
END $$;
CREATE TRIGGER settlement_entry_is_kept BEFORE DELETE ON settlement_entry
    FOR EACH ROW EXECUTE FUNCTION settlement_entry_is_append_only();
CREATE TRIGGER settlement_entry_is_append_only BEFORE UPDATE OF id, producer_id, location_id, kind, key, title, reference,
    quantity, gross, percent, commission, vat, pit, net, order_line_id, happened_at, recorded_at ON settlement_entry
    FOR EACH ROW EXECUTE FUNCTION settlement_entry_is_append_only();
CREATE TRIGGER settlement_entry_stays_on_its_statement BEFORE UPDATE OF statement_id ON settlement_entry
    FOR EACH ROW WHEN (OLD.statement_id IS NOT NULL OR NEW.statement_id IS NULL)
    EXECUTE FUNCTION settlement_entry_is_append_only();
"""
ALLOW = """
DROP TRIGGER settlement_entry_is_kept ON settlement_entry;
DROP TRIGGER settlement_entry_is_append_only ON settlement_entry;
DROP TRIGGER settlement_entry_stays_on_its_statement ON settlement_entry;
DROP FUNCTION settlement_entry_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
