"""Columns of exported tables: name, type and description, taken from the YAML of the dbt models."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import yaml

from dagster_project.settings import DBT_PROJECT_DIR

# the only types that leave; the names are those of the YAML
ARROW_TYPES: Mapping[str, pa.DataType] = {
    "varchar": pa.string(),
    "integer": pa.int64(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp with time zone": pa.timestamp("us", tz="UTC"),
}


@dataclass(frozen=True)
class Column:
    """One exported column.

    Attributes:
        name: as in the mart.
        data_type: DuckDB's name of the type, a key of `ARROW_TYPES`.
        description: what it means, for the destination's catalogue.
    """

    name: str
    data_type: str
    description: str


def mart_columns(model: str, *names: str) -> tuple[Column, ...]:
    """Return the named columns of a dbt model as its YAML describes them.

    Raises:
        KeyError: the YAML does not describe one of them.
    """
    described = _described(model)
    return tuple(described[name] for name in names)


@cache
def mart_description(model: str) -> str:
    """Return what a dbt model's YAML says about the table."""
    return str(_page(model)["description"]).strip()


@cache
def _described(model: str) -> Mapping[str, Column]:
    return {
        item["name"]: Column(item["name"], item.get("data_type", ""), str(item["description"]).strip())
        for item in _page(model)["columns"]
    }


def _page(model: str) -> dict:
    path = next((DBT_PROJECT_DIR / "models").rglob(f"{model}.yml"))
    pages = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    return next(page for page in pages if page["name"] == model)
