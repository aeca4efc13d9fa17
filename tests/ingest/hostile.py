"""Bodies harmed at one place each: every path of a body dropped, nulled, retyped, nested or joined by a stranger."""

import copy
from collections.abc import Iterator
from typing import Any

ABSENT = object()
STRANGER = "zz_unknown"

Place = tuple[str | int, ...]


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Every path of a JSON value, outer before inner."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        yield (*place, key)
        yield from places(inner, (*place, key))


def value_at(body: Any, place: Place) -> Any:
    """The value at a path."""
    for key in place:
        body = body[key]
    return body


def harmed(body: Any, place: Place, value: Any) -> Any:
    """A copy of the body with another value, or none, at one path."""
    body = copy.deepcopy(body)
    around = value_at(body, place[:-1])
    if value is ABSENT:
        del around[place[-1]]
    else:
        around[place[-1]] = value
    return body


def harms(value: Any) -> Iterator[tuple[str, Any]]:
    """What may become of one value: (name, new value)."""
    yield "dropped", ABSENT
    yield "null", None
    yield "empty", ""
    yield "text", "harmed 'text' \"x\" \\ \U0001f600"
    yield "number", 12.5
    yield "negative", -3
    yield "huge", 10**30
    yield "true", True
    yield "list", [1, "a", None]
    yield "empty list", []
    yield "object", {"b": {"c": 1}}
    yield "nested", {"value": value}
    yield "listed", [value]
    yield "json text", '{"a": 1}'
    if isinstance(value, dict):
        yield "joined", value | {STRANGER: {"kept": [1]}}
    if isinstance(value, list):
        yield "null element", [None, *value]
        yield "plain element", [*value, "x"]
        yield "nested list", [value, *value]


def all_harms(body: Any) -> Iterator[tuple[Place, str, Any]]:
    """Every harm to every path of a body: (path, name, harmed body)."""
    for place in places(body):
        for name, value in harms(value_at(body, place)):
            yield place, name, harmed(body, place, value)
