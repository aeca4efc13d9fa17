"""Column lineage of the dbt models, read out of their compiled SQL and kept beside the manifest.

It takes some ten seconds, so it is made at install and by `make docs`, never by a run; a run that finds none, or one
of other files, goes without.
"""

import json
from collections.abc import Mapping
from typing import Any

from dagster_project import transform
from ingest import load_contracts

CACHE = transform.TARGET_DIR / "column_lineage.json"

# model -> column -> the columns of other models, seeds and sources that it is made of, as (unique_id, column)
Lineage = dict[str, dict[str, list[tuple[str, str]]]]


def read_lineage() -> Lineage:
    """Return the lineage if it was made of the dbt files as they are, else nothing."""
    if not CACHE.exists():
        return {}
    kept = json.loads(CACHE.read_text(encoding="utf-8"))
    if kept["fingerprint"] != transform.project_fingerprint():
        return {}
    return {
        model: {column: [(node, name) for node, name in origins] for column, origins in columns.items()}
        for model, columns in kept["lineage"].items()
    }


def prepare_lineage() -> Lineage:
    """Return the lineage; it is made first unless it fits the dbt files."""
    if kept := read_lineage():
        return kept
    lineage = column_lineage(transform.compiled_manifest())
    content = {"fingerprint": transform.project_fingerprint(), "lineage": lineage}
    CACHE.write_text(json.dumps(content), encoding="utf-8")
    return lineage


def column_lineage(manifest: Mapping[str, Any]) -> Lineage:
    """Return where each column of each model comes from.

    Args:
        manifest: with compiled SQL; names and types of columns come from its descriptions.

    A column that is made of no other (a constant, a number of rows) has no origins; it may still depend on which
    rows a model keeps, as lineage follows values and not filters.
    """
    # imported here: half a second that only those pay who make lineage
    from sqlglot import MappingSchema

    relations = {**manifest["nodes"], **manifest["sources"]}
    schema = MappingSchema(dialect=transform.DIALECT)
    names: dict[str, str] = {}
    for unique_id, node in relations.items():
        if node.get("relation_name"):
            names[_plain(node["relation_name"])] = unique_id
        if types := _types(node):
            schema.add_table(_plain(node["relation_name"]), types, dialect=transform.DIALECT)
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    return {node["unique_id"]: _of_model(node, schema, names) for node in models}


def _types(node: Mapping[str, Any]) -> dict[str, str]:
    """Return the columns of a relation; those of the landed tables stand in their contracts, not in dbt."""
    if node["resource_type"] == "source":
        contract = load_contracts().get(node["name"].removeprefix("all_"))
        return dict(contract.table_columns()) if contract else {}
    return {name: column.get("data_type") or "varchar" for name, column in node.get("columns", {}).items()}


def _of_model(node: Mapping[str, Any], schema: Any, names: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError
    from sqlglot.lineage import lineage
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    tree = qualify(
        parse_one(node["compiled_code"], dialect=transform.DIALECT),
        schema=schema,
        dialect=transform.DIALECT,
        validate_qualify_columns=False,
        identify=False,
    )
    scope = build_scope(tree)
    found: dict[str, list[tuple[str, str]]] = {}
    for column in node["columns"]:
        try:
            root = lineage(column, tree, schema=schema, dialect=transform.DIALECT, scope=scope)
        except (SqlglotError, ValueError):
            # a column that the parser cannot follow has no lineage; it has all else
            continue
        origins: set[tuple[str, str]] = set()
        for leaf in root.walk():
            table = None if leaf.downstream else leaf.expression.find(exp.Table)
            origin = names.get(_plain(table.sql(dialect=transform.DIALECT, comments=False))) if table else None
            # a star that could not be expanded says nothing about this column
            if origin and not leaf.name.endswith("*"):
                origins.add((origin, exp.to_column(leaf.name).name))
        found[column] = sorted(origins)
    return found


def _plain(relation: str) -> str:
    """Return schema.table: compiled SQL leaves the database out, and quotes and aliases are none of the name."""
    return ".".join(relation.replace('"', "").split(" ")[0].lower().split(".")[-2:])
