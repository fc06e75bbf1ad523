from django import template

from marketplace.people import phones

register = template.Library()


@register.filter
def phone(number: str) -> str:
    """`{{ number|phone }}` → `0912 345 678`; what is no Vietnamese number stays as it was written."""
    try:
        return phones.spoken(phones.normal(number))
    except phones.WrongPhone:
        return number
