from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cash", "0002_where_old_cash_was_taken")]
    operations = [
        migrations.RemoveConstraint("cashup", "cash_up_of_money"),
        migrations.AddConstraint(
            "cashup",
            models.CheckConstraint(
                name="cash_up_of_money", condition=Q(carrier="") | Q(counted__gte=0, expected__gt=0)
            ),
        ),
    ]
