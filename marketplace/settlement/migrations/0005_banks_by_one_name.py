from django.db import migrations, models


class Migration(migrations.Migration):
    """What payment calls `bin`, here as well: columns renamed, nothing rewritten."""

    dependencies = [("settlement", "0004_tills_are_told_by_number")]
    operations = [
        *(migrations.RenameField(model, "bank_bin", "bin") for model in ("bankaccount", "payoutline")),
        migrations.AlterField("payoutline", "bin", models.CharField(max_length=6, verbose_name="Bank")),
        migrations.AlterField("payoutline", "number", models.CharField(max_length=19, verbose_name="Account number")),
        migrations.AlterField("payoutline", "holder", models.CharField(max_length=120, verbose_name="Account holder")),
    ]
