"""The ledger cannot be rewritten, whoever tries."""

from django.db import migrations

FORBID = """
CREATE FUNCTION stock_movement_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.by_id IS NULL AND to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id' THEN
        RETURN NEW;  -- a person's account was erased
    END IF;
    RAISE EXCEPTION 'stock movements are append-only';
END $$;
CREATE TRIGGER stock_movement_is_append_only BEFORE UPDATE OR DELETE ON stock_movement
    FOR EACH ROW EXECUTE FUNCTION stock_movement_is_append_only();
"""
ALLOW = """
DROP TRIGGER stock_movement_is_append_only ON stock_movement;
DROP FUNCTION stock_movement_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
