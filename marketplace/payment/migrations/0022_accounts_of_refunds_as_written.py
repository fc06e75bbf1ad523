from django.db import migrations, models
from django.db.models import Q

WRITTEN = Q(bin="", number="") | Q(bin__regex=r"^[0-9]{6}$", number__regex=r"^[0-9A-Z]{4,19}$")
KNOWN = Q(batch=None, number="") | Q(batch__isnull=False) & (~Q(number="") | ~Q(status="due"))


class Migration(migrations.Migration):
    dependencies = [("payment", "0021_refunds_name_their_account")]
    operations = [
        migrations.AddConstraint("refund", models.CheckConstraint(name=name, condition=condition))
        for name, condition in (("payment_refund_as_written", WRITTEN), ("refund_in_file_knows_where_to", KNOWN))
    ]
