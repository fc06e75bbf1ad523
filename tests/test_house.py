"""Reads the code and says where a house rule is broken; and shows that each rule can see."""

from collections.abc import Callable, Iterator

import pytest

from config import messages
from tests import house
from tests.house import ROOT, STOREFRONT, Module

Rule = Callable[[Module], Iterator[str]]


def named(rule: Rule) -> str:
    return rule.__name__


@pytest.mark.parametrize("rule", house.PYTHON_RULES, ids=named)
def test_the_code_keeps(rule: Rule) -> None:
    broken = [where for module in house.modules(*house.OURS) for where in rule(module)]
    assert not broken, "\n" + "\n".join(broken)


def test_files_stay_short_tests_too() -> None:
    broken = [where for module in house.modules(*house.OURS, "tests") for where in house.long_files(module)]
    assert not broken, "\n" + "\n".join(broken)


def test_colours_stand_in_the_tokens_alone() -> None:
    sheets = [path for path in (STOREFRONT / "static/css").rglob("*.css") if path.name != "tokens.css"]
    broken = [line for path in sheets for line in house.raw_colours(str(path.relative_to(ROOT)), path.read_text())]
    assert sheets and not broken, "\n" + "\n".join(broken)


def test_templates_hold_no_code_and_call_no_other_host() -> None:
    pages = [path for path in (STOREFRONT / "templates").rglob("*.html") if "notices" not in path.parts]
    broken = [line for path in pages for line in house.inline_code(str(path.relative_to(ROOT)), path.read_text())]
    assert pages and not broken, "\n" + "\n".join(broken)


def test_every_component_is_a_template_and_a_sheet() -> None:
    templates = {path.stem for path in (STOREFRONT / "templates/components").glob("*.html")}
    sheets = {path.stem for path in (STOREFRONT / "static/css/components").glob("*.css")}
    broken = list(house.unpaired(templates, sheets))
    assert templates and not broken, "\n" + "\n".join(broken)


def test_every_message_is_told_in_vietnamese() -> None:
    missing = messages.untold("vi")
    assert not missing, f"\n{len(missing)} messages:\n" + "\n".join(missing)


SEEN = {
    house.long_files: ("marketplace/stock/actions.py", "x = 1\n" * 301),
    house.long_functions: ("marketplace/desk/views.py", "def show(request):\n" + "    x = 1\n" * 11),
    house.strange_names: ("marketplace/stock/utils.py", ""),
    house.imports_out_of_place: ("marketplace/checkout/actions.py", "import stripe"),
    house.listeners: ("marketplace/stock/apps.py", "from django.db.models.signals import post_save"),
    house.delays_in_the_queue: ("marketplace/notices/tasks.py", "deliver.apply_async(countdown=5)"),
    house.whole_saves: ("marketplace/order/actions/placing.py", "order.save()"),
    house.positional_actions: ("marketplace/order/actions.py", "def place(order):\n    '''It stands.'''"),
    house.relations_upward: ("marketplace/stock/models.py", "x = models.ForeignKey('order.Line')"),
}
MORE = [
    (house.long_functions, "marketplace/stock/routing.py", "def route():\n" + "    x = 1\n" * 31),
    (house.strange_names, "marketplace/stock/projection.py", "balance.save()"),
    (house.imports_out_of_place, "marketplace/tills/actions.py", "from celery import shared_task"),
    (house.imports_out_of_place, "storefront/views.py", "from marketplace.stock.models import Lot"),
    (house.imports_out_of_place, "marketplace/payment/actions.py", "from marketplace.payment.standin import world"),
    (house.positional_actions, "marketplace/order/actions.py", "def place(*, order): pass"),
]


@pytest.mark.parametrize(("rule", "path", "text"), [(rule, *bad) for rule, bad in SEEN.items()] + MORE)
def test_the_rule_sees(rule: Rule, path: str, text: str) -> None:
    assert [where.startswith(f"{path}:") for where in rule(Module(path, text))] == [True]


def test_every_rule_is_shown_to_see() -> None:
    assert set(house.PYTHON_RULES) <= set(SEEN)


def test_what_is_allowed_passes() -> None:
    good = "def place(*, order):\n    '''It stands.'''\n    order.save(update_fields=['status'])\n"
    module = Module("marketplace/order/actions.py", good)
    assert not [where for rule in house.PYTHON_RULES for where in rule(module)]


@pytest.mark.parametrize("bad", ["a{color:#fff}", "a{color: rgb(0 0 0)}", "a{background: white}"])
def test_a_raw_colour_is_seen(bad: str) -> None:
    assert list(house.raw_colours("x.css", bad)) and not list(
        house.raw_colours("x.css", "a{color: var(--ink)} /* #fff */")
    )


@pytest.mark.parametrize(
    "bad", ["<style>", "<p style='x'>", "<script>x", '<a onclick="x">', '<img src="https://x.vn/a.png">']
)
def test_inline_code_is_seen(bad: str) -> None:
    assert list(house.inline_code("x.html", bad))
    assert not list(house.inline_code("x.html", '<script src="{% static "js/x.js" %}" type="module"></script>'))
