"""Column lineage of the dbt models, read out of their compiled SQL and kept beside the manifest.

It takes a minute after a change of many models, so it is made by `make ui` and `make docs`, never by a run; a run that
finds none, or one of other files, goes without. Models that have not changed are not read again.
"""

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
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
    """Return the lineage; what does not fit the dbt files is made first."""
    if kept := read_lineage():
        return kept
    older = json.loads(CACHE.read_text(encoding="utf-8")) if CACHE.exists() else {}
    lineage, digests = column_lineage(transform.compiled_manifest(), older)
    content = {"fingerprint": transform.project_fingerprint(), "digests": digests, "lineage": lineage}
    CACHE.write_text(json.dumps(content), encoding="utf-8")
    return read_lineage()


def column_lineage(manifest: Mapping[str, Any], older: Mapping[str, Any]) -> tuple[Lineage, dict[str, str]]:
    """Return where each column of each model comes from, and a digest of what that was read out of.

    Args:
        manifest: with compiled SQL; names and types of columns come from its descriptions.
        older: an earlier result as it was kept, or nothing; models with the same digest are taken from it.

    A column that is made of no other (a constant, a number of rows) has no origins; it may still depend on which
    rows a model keeps, as lineage follows values and not filters.
    """
    relations = {**manifest["nodes"], **manifest["sources"]}
    tables = {_plain(node["relation_name"]): types for node in relations.values() if (types := _types(node))}
    names = {_plain(node["relation_name"]): key for key, node in relations.items() if node.get("relation_name")}
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    digests = {node["unique_id"]: _digest(node, relations) for node in models}
    kept = {
        key: older["lineage"][key]
        for key, digest in digests.items()
        if older.get("digests", {}).get(key) == digest and key in older["lineage"]
    }
    changed = [node for node in models if node["unique_id"] not in kept]
    # two at a time: parsing is pure Python; spawned, because forking under a server's threads can lock up
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(partial(_of_model, tables=tables, names=names), map(_essence, changed), chunksize=8))
    made = {node["unique_id"]: columns for node, columns in zip(changed, found, strict=True)}
    return {node["unique_id"]: made.get(node["unique_id"], kept.get(node["unique_id"], {})) for node in models}, digests


def _essence(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a node is read, so that little travels to the other process."""
    return {"compiled_code": node["compiled_code"], "columns": list(node["columns"])}


def _digest(node: Mapping[str, Any], relations: Mapping[str, Any]) -> str:
    """Return a hash of a model's SQL and columns and of the columns of what it reads."""
    parents = sorted(key for key in node["depends_on"]["nodes"] if key in relations)
    content = [node["compiled_code"], list(node["columns"]), [(key, _types(relations[key])) for key in parents]]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _types(node: Mapping[str, Any]) -> dict[str, str]:
    """Return the columns of a relation; those of the landed tables stand in their contracts, not in dbt."""
    if node["resource_type"] == "source":
        contract = load_contracts().get(node["name"].removeprefix("all_").split("__")[-1])
        return dict(contract.table_columns()) if contract else {}
    return {name: column.get("data_type") or "varchar" for name, column in node.get("columns", {}).items()}


def _of_model(
    node: Mapping[str, Any], tables: Mapping[str, dict[str, str]], names: Mapping[str, str]
) -> dict[str, list[tuple[str, str]]]:
    # imported here: half a second that only those pay who make lineage
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError
    from sqlglot.lineage import lineage
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    schema = _schema(tables)
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


_SCHEMAS: dict[int, Any] = {}


def _schema(tables: Mapping[str, dict[str, str]]) -> Any:
    """Return sqlglot's schema of the tables, made once in each process."""
    from sqlglot import MappingSchema

    if len(tables) not in _SCHEMAS:
        schema = MappingSchema(dialect=transform.DIALECT)
        for name, types in tables.items():
            schema.add_table(name, types, dialect=transform.DIALECT)
        _SCHEMAS[len(tables)] = schema
    return _SCHEMAS[len(tables)]


def _plain(relation: str) -> str:
    """Return schema.table: compiled SQL leaves the database out, and quotes and aliases are none of the name."""
    return ".".join(relation.replace('"', "").split(" ")[0].lower().split(".")[-2:])
