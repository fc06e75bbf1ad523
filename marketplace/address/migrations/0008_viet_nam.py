"""The only country we deliver to."""

from django.db import migrations


def add(apps, editor):
    apps.get_model("address", "Country").objects.get_or_create(
        iso_3166_1_a2="VN",
        defaults={
            "iso_3166_1_a3": "VNM", "iso_3166_1_numeric": "704", "printable_name": "Việt Nam",
            "name": "Việt Nam", "is_shipping_country": True,
        },
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("address", "0007_useraddress_code")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
