"""Orders may be paid by bank transfer."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('order', '0024_pieces_taken_off'),
    ]

    operations = [
        migrations.AlterField(
            model_name='order',
            name='payment_method',
            field=models.CharField(choices=[('card', 'Card'), ('transfer', 'Bank transfer (VietQR)'), ('cod', 'Cash on delivery'), ('counter', 'Cash at the sales point')], default='card', max_length=10, verbose_name='Payment'),
        ),
    ]
