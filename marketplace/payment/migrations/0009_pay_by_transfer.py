"""Another of Oscar's source types: a transfer from the shopper's bank."""

from django.db import migrations


def add(apps, editor):
    kinds = apps.get_model("payment", "SourceType").objects
    kinds.get_or_create(code="transfer", defaults={"name": "Chuyển khoản (VietQR)"})


class Migration(migrations.Migration):
    dependencies = [("payment", "0008_refunds_that_wait")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
