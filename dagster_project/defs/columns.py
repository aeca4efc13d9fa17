"""How dbt's nodes look in Dagster: groups, kinds, and what each column is made of."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from dagster_project.lineage import Lineage, read_lineage

_COLUMN_SCHEMA = "dagster/column_schema"
_SHOWN_ORIGINS = 4


@cache
def known_lineage() -> Lineage:
    """Return the lineage as it was when the definitions were loaded: it is asked for each column of each model."""
    return read_lineage()


class SchemaTranslator(DagsterDbtTranslator):
    """Groups the graph by layer, so that it reads from left to right like the data flows."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the folder: staging, intermediate, marts or metrics; seeds are their own group."""
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        return str(dbt_resource_props["fqn"][1])

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: Any) -> dg.AssetSpec:
        """Add how the relation is kept (view, table, seed), and to each column what it is made of."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = manifest["nodes"].get(unique_id)
        if node is None:
            return spec
        metadata = with_origins(spec.metadata, known_lineage().get(unique_id, {}))
        return spec.merge_attributes(kinds={node["config"]["materialized"]}).merge_attributes(metadata=metadata)


def with_origins(metadata: Mapping[str, Any], columns: Mapping[str, list[tuple[str, str]]]) -> dict[str, Any]:
    """Return the schema with origins in words: the free UI keeps lineage of columns, but does not draw it."""
    schema = metadata.get(_COLUMN_SCHEMA)
    if schema is None or not columns:
        return {}
    described = []
    for column in schema.columns:
        origins = [f"{node.rsplit('.', 1)[-1]}.{name}" for node, name in columns.get(column.name, [])]
        if len(origins) > _SHOWN_ORIGINS:
            origins[_SHOWN_ORIGINS - 1 :] = [f"{len(origins) - _SHOWN_ORIGINS + 1} more"]
        words = f" Made of {', '.join(origins)}." if origins else ""
        text = f"{column.description or ''}{words}".strip()
        described.append(dg.TableColumn(column.name, column.type, text, column.constraints, column.tags))
    return {_COLUMN_SCHEMA: dg.TableSchema(columns=described)}


def column_lineage(columns: Mapping[str, list[tuple[str, str]]], keys: Mapping[str, dg.AssetKey]) -> dict[str, Any]:
    """Return the lineage of a model's columns as the metadata that the UI draws; nothing if there is none."""
    if not columns:
        return {}
    deps = {
        column: [dg.TableColumnDep(_key_of(node, keys), name) for node, name in origins]
        for column, origins in columns.items()
    }
    return {"dagster/column_lineage": dg.TableColumnLineage(deps)}


def _key_of(unique_id: str, keys: Mapping[str, dg.AssetKey]) -> dg.AssetKey:
    """Return the key of a model or seed, or of a source: its schema and name."""
    return keys.get(unique_id) or dg.AssetKey(unique_id.split(".")[-2:])
