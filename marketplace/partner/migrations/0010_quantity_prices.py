"""A piece may cost less when many are bought."""

import django.contrib.postgres.fields
from django.db import migrations, models

import marketplace.partner.models

# A check sees one row, and no subquery: the steps are compared in a function.
FALL = """
CREATE FUNCTION quantity_prices_fall(price numeric, tiers integer[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT cardinality(tiers) = 0 OR (
    price IS NOT NULL AND array_ndims(tiers) = 2 AND array_length(tiers, 2) = 2 AND (
      SELECT bool_and(coalesce(
        tiers[i][1] > coalesce(tiers[i - 1][1], 1)
        AND tiers[i][2] < coalesce(tiers[i - 1][2], price)
        AND tiers[i][2] > 0, false))
      FROM generate_series(1, array_length(tiers, 1)) AS i
    )
  )
$$
"""


class Migration(migrations.Migration):
    dependencies = [("partner", "0009_agreements")]

    operations = [
        migrations.RunSQL(FALL, "DROP FUNCTION quantity_prices_fall(numeric, integer[])"),
        migrations.AddField(
            model_name="stockrecord",
            name="tiers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=django.contrib.postgres.fields.ArrayField(
                    base_field=models.IntegerField(), size=2
                ),
                blank=True,
                default=list,
            ),
        ),
        migrations.AddConstraint(
            model_name="stockrecord",
            constraint=models.CheckConstraint(
                condition=marketplace.partner.models.TiersFall("price", "tiers"), name="quantity_prices_fall"
            ),
        ),
    ]
