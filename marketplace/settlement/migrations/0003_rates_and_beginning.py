"""What Decree 117/2025/NĐ-CP lets the shop withhold of households, and the place in the ledger from which it is read."""

from datetime import date

from django.db import migrations

SOURCE = "Nghị định 117/2025/NĐ-CP: hộ, cá nhân kinh doanh trên sàn"
RATES = (("goods", 1, "0.5"), ("service", 5, 2))


def begin(apps, schema_editor):
    rate = apps.get_model("settlement", "TaxRate")
    for nature, vat, pit in RATES:
        facts = {"vat_percent": vat, "pit_percent": pit, "valid_from": date(2025, 7, 1), "source": SOURCE}
        rate.objects.create(producer_kind="household", nature=nature, **facts)
    apps.get_model("settlement", "Intake").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("settlement", "0002_entries_are_append_only")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
