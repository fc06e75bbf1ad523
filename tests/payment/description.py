"""Holds calls, answers and events against Stripe's own public description of its API."""

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import stripe
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from stripe.params import FileCreateParams

from marketplace.payment.standin.params import parse
from marketplace.payment.standin.world import Call

FILE = Path(__file__).with_name("stripe_openapi.json.gz")


def check_call(call: Call) -> None:
    """A call that was carried out was sent as described; every answer, errors too, is as described."""
    if call.path.startswith("/v1/files"):
        return check_file(call)
    described = operation(call.method, call.path)
    if call.status == 200:
        sent = coerced(parse(call.text), parameters(described))
        validator(parameters(described)).validate(sent)
    answer = described["responses"]["200" if call.status == 200 else "default"]
    validator(answer["content"]["application/json"]["schema"]).validate(call.body)


def check_file(call: Call) -> None:
    """Files came into the description's cut later: what their part of it says, the `stripe` package says as well."""
    if call.status != 200:
        return validator({"$ref": "#/components/schemas/error"}).validate(call.body)
    assert set(parse(call.text)) <= set(FileCreateParams.__annotations__)
    assert set(call.body) == set(stripe.File.__annotations__) - {"OBJECT_NAME"}
    assert isinstance(call.body["size"], int) and call.body["type"] in ("pdf", "jpg", "png")


def check_event(event: dict[str, Any]) -> None:
    """An event is one, and carries the object of its kind."""
    validator({"$ref": "#/components/schemas/event"}).validate(event)
    thing = event["data"]["object"]
    validator({"$ref": f"#/components/schemas/{thing['object']}"}).validate(thing)


@cache
def description() -> dict[str, Any]:
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        return dict(json_schema(json.load(file)))


def json_schema(node: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: `nullable` becomes a choice, and a described object holds nothing undescribed."""
    if isinstance(node, list):
        return [json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    node = {name: json_schema(value) for name, value in node.items()}
    if node.get("type") == "object" and node.get("properties"):
        node.setdefault("additionalProperties", False)
    if node.get("nullable") is True:
        del node["nullable"]
        return {"anyOf": [node, {"type": "null"}]}
    return node


def operation(method: str, path: str) -> dict[str, Any]:
    """The described operation of a path; one that is fixed wins over one with an id in it."""
    for known in sorted(description()["paths"], key=lambda known: known.count("{")):
        if re.fullmatch(re.sub(r"\{\w+\}", r"[^/]+", known), path):
            found: dict[str, Any] = description()["paths"][known][method.lower()]
            return found
    raise AssertionError(f"Stripe describes no {method} {path}")


def parameters(described: dict[str, Any]) -> dict[str, Any]:
    """What may be sent: the form of a POST, the query of a GET."""
    form = described.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded")
    if form and form["schema"].get("properties"):
        return dict(form["schema"])
    query = {one["name"]: one["schema"] for one in described.get("parameters", []) if one["in"] == "query"}
    return {"type": "object", "properties": query, "additionalProperties": False}


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    resource = Resource.from_contents(description(), default_specification=DRAFT202012)
    registry = Registry().with_resource("stripe:", resource)
    return Draft202012Validator(absolute(schema), registry=registry)


def absolute(node: Any) -> Any:
    if isinstance(node, list):
        return [absolute(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        name: f"stripe:{value}" if name == "$ref" and value.startswith("#") else absolute(value)
        for name, value in node.items()
    }


def coerced(value: Any, schema: dict[str, Any]) -> Any:
    """Form fields are text; this reads them as the types described, and leaves what does not fit as it is."""
    options = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    if isinstance(value, dict):
        described: dict[str, Any] = next((one["properties"] for one in options if one.get("properties")), {})
        return {name: coerced(one, described.get(name, {})) for name, one in value.items()}
    if isinstance(value, list):
        items = next((one["items"] for one in options if "items" in one), {})
        return [coerced(one, items) for one in value]
    types = {one.get("type") for one in options}
    if "integer" in types and re.fullmatch(r"-?\d+", value):
        return int(value)
    return {"true": True, "false": False}.get(value, value) if "boolean" in types else value
