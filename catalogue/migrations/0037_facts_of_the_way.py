"""How large a packed product is, and how it may travel."""

from django.db import migrations, models


def _fields(model):
    sides = (('length_cm', 'Length with packing, cm'), ('width_cm', 'Width with packing, cm'), ('height_cm', 'Height with packing, cm'))
    named = (*sides, ('travel_hours_max', 'Longest time on the way, hours'))
    for name, label in named:
        yield migrations.AddField(
            model_name=model, name=name, field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name=label),
        )
    for name, label in (('keep_cool', 'Must be kept cool on the way'), ('fragile', 'Breaks easily')):
        yield migrations.AddField(
            model_name=model, name=name, field=models.BooleanField(default=False, verbose_name=label),
        )


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0036_perishable'),
    ]

    operations = [*_fields('product'), *_fields('listingchange')]
