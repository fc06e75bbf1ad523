"""Tâm connects tills that do not report by themselves, and sees how they answer."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.tills import tasks
from marketplace.tills.connectors import actions, mapping
from marketplace.tills.gateways import ForbiddenAddress
from marketplace.tills.models import Connector
from tests import people
from tests.rows import changed, everything
from tests.tills.till_server import till_server

from .conftest import World
from .test_points import said


def typed(**fields: Any) -> dict[str, Any]:
    named = {f"field-{name}": word for name, word in mapping.DEFAULTS.items()}
    known = {"name": "Máy 4", "url": "https://pos.example.vn/api?shop=7", "token_name": "TILL_TOKEN_4", "every": 120}
    return named | known | {"cursor": ""} | fields


def post(client: Client, name: str, *args: Any, data: Any = None) -> Any:
    return client.post(reverse(f"desk:{name}", args=args), data or {}, follow=True)


def page(client: Client, name: str, *args: Any) -> str:
    return html.unescape(client.get(reverse(f"desk:{name}", args=args)).content.decode())


def test_a_till_is_connected_and_changed(world: World, tam: Client) -> None:
    assert said(
        post(tam, "connector-new", data=typed(place=world.point.pk, **{"field-lines": "", "field-code": "sku"}))
    ) == ["success"]
    made = Connector.objects.latest("pk")
    assert (made.till.name, made.till.location, made.every) == ("Máy 4", world.point, 120)
    assert (made.fields["code"], made.fields["lines"]) == ("sku", "")
    assert "Máy 4" in page(tam, "connectors")
    shown = page(tam, "connector", made.pk)
    assert 'value="sku"' in shown and "TILL_TOKEN_4" in shown
    Connector.objects.filter(pk=made.pk).update(failures=3, error={"code": "till_not_reached", "facts": {}})
    assert said(post(tam, "connector", made.pk, data=typed(name="Máy 5", cursor="42"))) == ["success"]
    made.refresh_from_db()
    assert (made.till.name, made.cursor, made.failures, made.error) == ("Máy 5", "42", 0, {})


@pytest.mark.parametrize("fields", [
    {"url": "http://pos.example.vn/"}, {"url": "https://10.0.0.1/"}, {"token_name": "SECRET_KEY"}, {"every": 1},
    {"url": "không"}, {"field-id": ""}, {"place": 999_999}, {"name": ""},
])  # fmt: skip
def test_what_cannot_be_asked_is_said_and_not_kept(world: World, tam: Client, settings: Any, fields: Any) -> None:
    settings.TILL_NETWORKS = []
    before = everything()
    answer = post(tam, "connector-new", data=typed(place=world.point.pk) | fields)
    assert answer.context["form"].errors and changed(before) == set()
    if fields == {"url": "http://pos.example.vn/"}:
        assert str(ForbiddenAddress()) in html.unescape(answer.content.decode())


def test_how_it_goes_is_shown(world: World, tam: Client, settings: Any) -> None:
    settings.TILL_NETWORKS = ["127.0.0.0/8"]
    with till_server() as server:
        setup = actions.Setup(server.url, "", 60, {})
        actions.change(connector=world.connector, name="Máy 3", setup=setup, by=people.tam(), at=timezone.now())
        server.answer = lambda to: to.send_error(500)
        tasks.poll(world.connector.pk)
        assert "(500)" in page(tam, "connectors") and "(500)" in page(tam, "connector", world.connector.pk)
        server.answer = None
        assert said(post(tam, "connector-ask", world.connector.pk)) == ["success"]
        tasks.poll(world.connector.pk)
    assert "(500)" not in page(tam, "connectors")


def test_paused_it_is_not_due(world: World, tam: Client) -> None:
    post(tam, "connector-pause", world.connector.pk)
    assert not Connector.objects.due(timezone.now() + timedelta(days=1)).exists()
    assert reverse("desk:connector-ask", args=[world.connector.pk]) not in page(tam, "connector", world.connector.pk)
    post(tam, "connector-resume", world.connector.pk)
    assert Connector.objects.due(timezone.now()).exists()


@pytest.mark.parametrize("more", [0, 6])
def test_the_pages_ask_the_same_number_of_queries(
    world: World, tam: Client, django_assert_num_queries: Any, more: int
) -> None:
    setup = actions.Setup("https://till.example.vn/events", "", 60, {})
    for number in range(more):
        actions.connect(location=world.point, name=f"Máy {number}", setup=setup, by=None, at=timezone.now())
    with django_assert_num_queries(8):
        tam.get(reverse("desk:connectors"))
    with django_assert_num_queries(7):
        tam.get(reverse("desk:connector", args=[world.connector.pk]))
