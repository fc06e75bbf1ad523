"""What is rendered once: for each language and value anew."""

from django.template import Context, Template
from django.utils import translation

SHOWN = Template("{% load i18n once %}{% once place %}{{ place }} {{ seen }} {% translate 'Basket' %}{% endonce %}")


def shown(**context: object) -> str:
    return SHOWN.render(Context(context))


def test_it_is_rendered_once_for_each_value_and_language(settings) -> None:
    assert shown(place="a", seen=1) == shown(place="a", seen=2) == "a 1 Giỏ hàng"
    assert shown(place="b", seen=2).startswith("b 2")
    with translation.override("en"):
        assert shown(place="a", seen=3) == "a 3 Basket"
    settings.DEBUG = True
    assert shown(place="a", seen=4).startswith("a 4")
