"""SQL macros made from the settings: weighted picks, lookups, clocks and phrases."""

from collections.abc import Iterable, Mapping
from itertools import accumulate

from dagster_project.sample_shop.settings import load_yaml

# a pick looks into a list of so many values: weights are kept to half a percent
SLOTS = 200


def literal(value: object) -> str:
    """Return a value as a SQL literal."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def slots(weights: Mapping[str, float], number: int = SLOTS) -> list[str]:
    """Return a list of `number` values in which each value stands as often as its weight says.

    Raises:
        ValueError: a value is too light for a single slot.
    """
    total = sum(weights.values())
    bounds = [round(bound / total * number) for bound in accumulate(weights.values())]
    lengths = [high - low for low, high in zip([0, *bounds], bounds, strict=False)]
    if 0 in lengths:
        raise ValueError(f"{number} slots are too few for the weights {dict(weights)}")
    return [name for name, length in zip(weights, lengths, strict=True) for _ in range(length)]


def pick_from(weights: Mapping[str, float], number: int = SLOTS) -> str:
    """Return an expression over `u` (0 <= u < 1) that picks each value by its weight.

    A list, not a CASE: a macro argument is written out wherever it stands, and would be worked out
    again for each branch.
    """
    listed = ", ".join(literal(name) for name in slots(weights, number))
    return f"([{listed}])[1 + floor((u) * {number})::integer]"


def pick_macro(name: str, weights: Mapping[str, float], number: int = SLOTS) -> str:
    """Return the statement that makes the macro name(u)."""
    return f"create or replace macro {name}(u) as {pick_from(weights, number)}"


def pick_by_macro(name: str, weights_by_key: Mapping[str, Mapping[str, float]]) -> str:
    """Return the statement that makes the macro name(k, u): a pick whose weights depend on k."""
    branches = " ".join(f"when {literal(key)} then {pick_from(weights)}" for key, weights in weights_by_key.items())
    return f"create or replace macro {name}(k, u) as case k {branches} end"


def lookup_macro(name: str, values: Mapping[str, object]) -> str:
    """Return the statement that makes the macro name(k): the value that belongs to k."""
    branches = " ".join(f"when {literal(key)} then {literal(value)}" for key, value in values.items())
    return f"create or replace macro {name}(k) as case k {branches} end"


def clock_macro(name: str, hour_weights: Iterable[float]) -> str:
    """Return the statement that makes the macro name(u): a second of the day, by hourly weights."""
    hours = slots({str(hour): weight for hour, weight in enumerate(hour_weights)})
    return (
        f"create or replace macro {name}(u) as "
        f"([{', '.join(hours)}])[1 + floor((u) * {SLOTS})::integer] * 3600"
        f" + floor(3600 * (((u) * {SLOTS}) % 1))::bigint"
    )


def choice_macro(name: str, texts: list[str]) -> str:
    """Return the statement that makes the macro name(u): one of the texts, all alike likely."""
    listed = ", ".join(literal(text) for text in texts)
    return (
        f"create or replace macro {name}(u) as "
        f"([{listed}])[1 + least({len(texts) - 1}, floor((u) * {len(texts)})::integer)]"
    )


def desk_macro(owners: list[dict[str, str]]) -> str:
    """Return the statement that makes the macro desk_person(desk, u): one of the desk's team."""
    queues = {owner["team"]: owner["owner_id"] for owner in owners if owner["kind"] == "queue"}
    people: dict[str, dict[str, float]] = {}
    for owner in owners:
        if owner["kind"] == "human":
            people.setdefault(queues[owner["team"]], {})[owner["owner_id"]] = 1.0
    return pick_by_macro("desk_person", people)


def setting_macros() -> list[str]:
    """Return the statements of every macro that shop.yml and reasons.yml define."""
    shop = load_yaml("shop.yml")
    regions, categories = shop["regions"], shop["categories"]
    reasons = load_yaml("reasons.yml")["reasons"]
    return [
        pick_macro("pick_source", shop["sources"]),
        pick_macro("pick_segment", shop["segments"]),
        pick_macro("pick_method", shop["payment_methods"]),
        pick_macro("pick_ticket_system", shop["ticket_systems"]),
        pick_macro("pick_channel", shop["contact_channels"]),
        pick_macro("pick_repeat_channel", shop["repeat_channels"]),
        pick_macro("pick_category", {k: v["weight"] for k, v in categories.items()}),
        pick_macro("pick_region", {k: v["weight"] for k, v in regions.items()}),
        pick_macro("pick_open", {k: v["open"] for k, v in reasons.items() if v.get("open")}, 1000),
        pick_by_macro("pick_carrier", {k: v["carriers"] for k, v in regions.items()}),
        pick_by_macro("pick_warehouse", {k: v["warehouses"] for k, v in regions.items()}),
        lookup_macro("region_country", {k: v["country"] for k, v in regions.items()}),
        lookup_macro("region_timezone", {k: v["timezone"] for k, v in regions.items()}),
        lookup_macro("region_extra_days", {k: v["extra_days"] for k, v in regions.items()}),
        lookup_macro("category_price", {k: v["price"] for k, v in categories.items()}),
        lookup_macro("category_returned", {k: v["returned"] for k, v in categories.items()}),
        lookup_macro("category_faulty", {k: v["faulty"] for k, v in categories.items()}),
        lookup_macro("carrier_late", {k: v["late"] for k, v in shop["carriers"].items()}),
        clock_macro("order_seconds", shop["order_hours"]),
        clock_macro("call_seconds", shop["call_hours"]),
        desk_macro(shop["owners"]),
    ]
