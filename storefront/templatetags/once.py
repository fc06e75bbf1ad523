"""What stands on every page alike is put into words once in a process, not for each visitor."""

from typing import Any

from django import template
from django.conf import settings
from django.template import Context, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.utils.translation import get_language

register = template.Library()


class OnceNode(template.Node):
    def __init__(self, body: NodeList, names: list[FilterExpression]) -> None:
        self.body, self.names = body, names
        self.rendered: dict[Any, str] = {}

    def render(self, context: Context) -> str:
        if settings.DEBUG:
            return self.body.render(context)
        key = (get_language(), *(name.resolve(context) for name in self.names))
        if key not in self.rendered:
            self.rendered[key] = self.body.render(context)
        return self.rendered[key]


@register.tag
def once(parser: Parser, token: Token) -> OnceNode:
    """`{% once list_url %}…{% endonce %}`: rendered once for each language and these values, which must be few."""
    names = [parser.compile_filter(name) for name in token.split_contents()[1:]]
    body = parser.parse(("endonce",))
    parser.delete_first_token()
    return OnceNode(body, names)
