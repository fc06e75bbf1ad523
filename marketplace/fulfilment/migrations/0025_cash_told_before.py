"""Cash parcels that left before sums were noted: what their carriers were told, each its part of what is still to come."""

from decimal import Decimal

from django.db import migrations
from django.db.models import Sum

from marketplace.money import split

OUTSIDE, GIVEN = ('shipped', 'failed'), ('collected', 'delivered', 'cancelled')


def note(apps, schema_editor):
    Fulfilment = apps.get_model('fulfilment', 'Fulfilment')
    # Whatever left since has a weight.
    left = Fulfilment.objects.filter(status__in=OUTSIDE, grams=0, cash_told=0, order__payment_method='cod', order__paid_at=None)
    for order in {parcel.order for parcel in left.select_related('order')}:
        _note(Fulfilment, order, set(left.filter(order=order).values_list('pk', flat=True)))


def _note(Fulfilment, order, left):
    parcels = list(Fulfilment.objects.filter(order=order).exclude(status__in=GIVEN).order_by('pk'))
    came = order.sources.aggregate(all=Sum('amount_debited', default=Decimal(0)))['all']
    back = order.sources.aggregate(all=Sum('refunds__amount', default=Decimal(0)))['all']
    told = sum(parcel.cash_told for parcel in parcels)
    rest = order.total_incl_tax - order.given_up - came + back - told
    untold = [parcel for parcel in parcels if parcel.pk in left or parcel.status not in OUTSIDE]
    shares = split(max(rest, Decimal(0)), [_value(parcel) + parcel.fee for parcel in untold])
    for parcel, share in zip(untold, shares, strict=True):
        if parcel.pk in left:
            Fulfilment.objects.filter(pk=parcel.pk).update(cash_told=share)


def _value(parcel):
    parts = parcel.lines.select_related('line')
    return sum((one.line.line_price_incl_tax * one.quantity / one.line.quantity for one in parts), Decimal(0))


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0024_why_it_was_not_taken'),
        ('order', '0027_gift_boxes'),
        ('payment', '0016_refunds_made_by_banks'),
    ]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
