from django.db import migrations, models
from django.db.models import Q

WRITTEN = Q(bin="", number="") | Q(bin__regex=r"^[0-9]{6}$", number__regex=r"^[0-9A-Z]{4,19}$")


class Migration(migrations.Migration):
    dependencies = [("payment", "0018_holders_as_long_as_producers")]
    operations = [
        migrations.AddConstraint(model, models.CheckConstraint(name=f"payment_{model}_as_written", condition=WRITTEN))
        for model in ("bankaccount", "refundaccount")
    ]
