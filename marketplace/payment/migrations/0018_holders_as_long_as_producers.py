from django.db import migrations, models

HOLDER = models.CharField(max_length=120, verbose_name="Account holder")


class Migration(migrations.Migration):
    dependencies = [("payment", "0017_files_of_disputes")]
    operations = [migrations.AlterField(model, "holder", HOLDER) for model in ("bankaccount", "refundaccount")]
