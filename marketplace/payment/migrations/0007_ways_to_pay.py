"""Oscar's source types: how an order can be paid."""

from django.db import migrations

WAYS = {"card": "Thẻ (Stripe)", "cod": "Tiền mặt khi nhận hàng", "counter": "Tiền mặt tại điểm bán"}


def add(apps, editor):
    for code, name in WAYS.items():
        apps.get_model("payment", "SourceType").objects.get_or_create(code=code, defaults={"name": name})


class Migration(migrations.Migration):
    dependencies = [("payment", "0006_refunds_and_events")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
