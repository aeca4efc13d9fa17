"""Runs the simulation: settings -> tables of orders, contacts, calls and tickets."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa

from dagster_project.sample_shop.macros import literal, pick_macro, setting_macros
from dagster_project.sample_shop.phrases import load_phrases
from dagster_project.sample_shop.settings import Setting, load_yaml, read_sql, workflow_names

# after so many returns of one caller the chain ends
ROUNDS = 4
NEVER = "timestamp '2100-01-01'"


def set_variables(con: duckdb.DuckDBPyConnection, values: dict[str, Setting]) -> None:
    """Set the SQL variables; instants become timestamps in UTC."""
    for name, value in values.items():
        if isinstance(value, datetime):
            text = f"timestamp '{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}'"
        else:
            text = literal(value)
        con.execute(f"set variable {name} = {text}")


def set_reviews(con: duckdb.DuckDBPyConnection) -> None:
    """Set the SQL variables of the reviewers."""
    reviews = load_yaml("shop.yml")["reviews"]
    set_variables(
        con,
        {
            "audit_share": reviews["drawn"],
            "audited_share": reviews["decided"],
            "second_reading_share": reviews["second_reading"],
        },
    )
    listed = ", ".join(
        f"{{'reviewer_id': {literal(one['reviewer_id'])}, 'slip': {one['slip']}}}" for one in reviews["reviewers"]
    )
    con.execute(f"set variable reviewers = [{listed}]")


def trigger_sql(trigger: dict[str, Any]) -> str:
    """Return the SELECT of one rule of triggers.yml."""
    low, high = trigger["hours"]
    wait = f"{low} + {high - low} * pow(draw(order_no, 'wait {trigger['id']}'), 1.5)"
    name = trigger["id"]
    return f"""
    select
        order_no, customer_no, '{name}' as trigger, '{trigger["code"]}' as code,
        mix(order_no, 'trigger {name}') as contact_key,
        hours_later({trigger["start"]}, {wait}) as wished_at,
        ({trigger.get("until", NEVER)})::timestamp as until
    from orders_sim
    where ({trigger["where"]}) and draw(order_no, 'chance {name}') < {trigger["chance"]}"""


def _load_reasons(con: duckdb.DuckDBPyConnection) -> None:
    settings = load_yaml("reasons.yml")
    rows = [{"code": code, **settings["defaults"], **(entry or {})} for code, entry in settings["reasons"].items()]
    for row in rows:
        row["open"] = float(row["open"])
    con.register("rows_to_load", pa.Table.from_pylist(rows))
    con.execute("create or replace table reasons as select * from rows_to_load")
    con.register("rows_to_load", pa.Table.from_pylist(load_yaml("shop.yml")["owners"]))
    con.execute("create or replace table shop_owners as select * from rows_to_load")
    con.unregister("rows_to_load")


def simulate(con: duckdb.DuckDBPyConnection, progress: Callable[[str], None]) -> None:
    """Make every table of the simulation; the SQL variables are set before.

    Args:
        con: an empty database.
        progress: is told the name of each step.
    """
    for statement in setting_macros():
        con.execute(statement)
    load_phrases(con)
    con.execute(read_sql("sql/macros.sql"))
    con.execute(read_sql("sql/slots.sql"))
    con.execute(read_sql("sql/leaf.sql"))
    _load_reasons(con)
    progress("orders")
    con.execute(read_sql("sql/orders.sql"))
    progress("contacts")
    rules = [trigger_sql(rule) for rule in load_yaml("triggers.yml")]
    demand = read_sql("sql/demand.sql").replace("{triggers}", "\n    union all by name".join(rules))
    con.execute(demand)
    duties, contacts = read_sql("sql/duties.sql"), read_sql("sql/contacts.sql")
    for number in range(ROUNDS):
        con.execute(f"set variable round = {number}")
        con.execute(duties)
        con.execute(contacts)
    progress("calls")
    con.execute(read_sql("sql/calls.sql"))
    con.execute(read_sql("sql/tickets.sql"))
    con.execute(read_sql("sql/turns.sql"))


def simulate_workflows(con: duckdb.DuckDBPyConnection, progress: Callable[[str], None]) -> None:
    """Add the workflows beside order support: each is one script of `workflows/` and its settings.

    A number, text or instant of `<name>.yml` becomes the SQL variable `<name>_<key>`, a mapping of weights the macro
    `pick_<name>_<key>(u)`. What a script wants delivered it leaves in tables `landed_<name>__<source>`: the columns
    of the landing contract and the helpers row_key, sort_at and part (calls also: is_webhook).
    """
    for name in workflow_names():
        progress(name)
        settings = load_yaml(f"workflows/{name}.yml")
        plain = {key: value for key, value in settings.items() if not isinstance(value, dict | list)}
        set_variables(con, {f"{name}_{key}": value for key, value in plain.items()})
        for key, weights in settings.items():
            if isinstance(weights, dict):
                con.execute(pick_macro(f"pick_{name}_{key}", weights))
        con.execute(read_sql(f"workflows/{name}.sql"))
