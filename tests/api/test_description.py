"""What the API says of itself: valid OpenAPI 3.1, complete, and a page that shows it."""

from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from playwright.sync_api import Page, expect

from marketplace.api.problems import SENTENCES
from marketplace.tills.actions import REFUSALS

pytestmark = pytest.mark.django_db
OPERATIONS = {
    ("/api/v1/tills/events", "post"), ("/api/v1/tills/events", "get"), ("/api/v1/tills/changes", "get"),
    ("/api/v1/tills/me", "get"), ("/api/v1/bank/transactions", "post"), ("/api/v1/carriers/events", "post"),
}  # fmt: skip


@pytest.fixture
def told() -> dict[str, Any]:
    found: dict[str, Any] = Client().get("/api/v1/openapi.json").json()
    return found


def _operations(told: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(path, method): x for path, methods in told["paths"].items() for method, x in methods.items()}


def test_it_is_valid_openapi_3_1(told: dict[str, Any]) -> None:
    assert told["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(told).iter_errors()] == []


def test_every_operation_is_described_with_its_key_its_refusals_and_examples(told: dict[str, Any]) -> None:
    operations = _operations(told)
    assert set(operations) == OPERATIONS
    schemes = told["components"]["securitySchemes"]
    assert {schemes[one]["scheme"] for one in ("TillToken", "FeedToken", "CarrierToken")} == {"bearer"}
    keys = {"tills": "TillToken", "bank": "FeedToken", "carriers": "CarrierToken"}
    for (path, _method), operation in operations.items():
        key = keys[path.split("/")[3]]
        assert operation["summary"] and operation["description"] and operation["security"] == [{key: []}]
        assert {"401", "422", "429", "500", "503"} < set(operation["responses"])
        for response in operation["responses"].values():
            [media] = response["content"].values()
            assert response["description"] and media["example"]
    post = operations["/api/v1/tills/events", "post"]
    assert set(post["responses"]) == {"202", "400", "401", "411", "413", "422", "429", "500", "503"}


def test_examples_have_the_shape_they_are_examples_of(told: dict[str, Any]) -> None:
    shown = 0
    for operation in _operations(told).values():
        for part in [operation.get("requestBody", {}), *operation["responses"].values()]:
            for media in part.get("content", {}).values():
                schema = media["schema"] | {"components": told["components"]}
                Draft202012Validator(schema).validate(media["example"])
                shown += 1
    assert shown > len(OPERATIONS) * 5


def test_every_code_is_named(told: dict[str, Any]) -> None:
    problem = told["components"]["schemas"]["Problem"]
    assert problem["properties"]["code"]["enum"] == [code for code, _ in SENTENCES.values()]
    of_events = told["components"]["schemas"]["EventAnswer"]["properties"]["code"]["description"]
    assert REFUSALS and all(f"`{code}`" in of_events for code in REFUSALS)


def test_the_page_shows_it_in_a_browser_from_our_own_host(page: Page, live: str) -> None:
    hosts = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto("/api/v1/docs")
    expect(page.get_by_role("heading", name="Chợ OCOP An Giang")).to_be_visible()
    for path in {path for path, _ in OPERATIONS}:
        expect(page.locator(f"[data-path='{path}']").first).to_be_visible()
    page.locator("[data-path='/api/v1/tills/changes']").first.click()
    expect(page.get_by_text("Nothing is missed, however long the till was away")).to_be_visible()
    assert hosts == {live.split("/")[2]}
