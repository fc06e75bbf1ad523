"""What is owed cannot be rewritten, whoever tries; an open entry goes on its statement, once."""

from django.db import migrations

FORBID = """
CREATE FUNCTION settlement_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.statement_id IS NULL AND NEW.statement_id IS NOT NULL THEN
        OLD.statement_id := NEW.statement_id;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'entries of what is owed are append-only';
END $$;
CREATE TRIGGER settlement_entry_is_append_only BEFORE UPDATE OR DELETE ON settlement_entry
    FOR EACH ROW EXECUTE FUNCTION settlement_entry_is_append_only();
"""
ALLOW = """
DROP TRIGGER settlement_entry_is_append_only ON settlement_entry;
DROP FUNCTION settlement_entry_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
