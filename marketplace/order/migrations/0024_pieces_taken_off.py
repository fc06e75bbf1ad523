"""What an order lost of its pieces, and what it costs after that."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('basket', '0012_line_code'),
        ('catalogue', '0035_days_left_on_arrival'),
        ('certificates', '0001_initial'),
        ('order', '0023_one_order_per_basket'),
        ('partner', '0008_producers'),
        ('sites', '0002_alter_domain_unique'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='line',
            name='cancelled_quantity',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='order',
            name='given_up',
            field=models.DecimalField(decimal_places=0, default=0, max_digits=12),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_quantity__lte', models.F('quantity'))), name='line_cancels_no_more_than_all'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('given_up__gte', 0), ('given_up__lte', models.F('total_incl_tax'))), name='order_gives_up_no_more_than_all'),
        ),
    ]
