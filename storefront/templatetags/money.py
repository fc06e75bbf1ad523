from decimal import Decimal

from django import template

from marketplace import money

register = template.Library()


@register.filter
def dong(amount: Decimal | int | None) -> str:
    """`{{ price|dong }}` → `120.000 ₫`; nothing for no price."""
    return "" if amount is None else money.dong(amount)
