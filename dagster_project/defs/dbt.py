"""dbt's models and tests as assets and asset checks, built in this process."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from dagster_project import pipeline, transform
from dagster_project.defs.failures import CHECK_FAILED, failure, readable_failures
from dagster_project.defs.resources import WhycallResource

_UNIQUE_ID = "dagster_dbt/unique_id"


class SchemaTranslator(DagsterDbtTranslator):
    """Groups the graph by layer, so that it reads from left to right like the data flows."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the folder: staging, intermediate, marts or metrics; seeds are their own group."""
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        return str(dbt_resource_props["fqn"][1])


def load_manifest() -> dict[str, Any]:
    """Return the parsed project; it is parsed first if the files have changed."""
    return json.loads(transform.prepare_manifest().read_text(encoding="utf-8"))


MANIFEST = load_manifest()


@dbt_assets(manifest=MANIFEST, dagster_dbt_translator=SchemaTranslator(), name="dbt_models")
def dbt_models(
    context: dg.AssetExecutionContext, whycall: WhycallResource
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Build and test every model; a failed test stops what comes after it."""
    with readable_failures():
        results = pipeline.transform_tables(whycall.settings())
    # dbt finishes nodes in the order of the graph, and Dagster wants them in that order
    for item in results:
        yield from _events(context, item)
    failed = [f"{item.name} ({item.path}): {item.message}" for item in results if item.is_failed]
    if failed:
        raise failure(pipeline.failure_message(failed), CHECK_FAILED)


def _events(
    context: dg.AssetExecutionContext, item: transform.NodeResult
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Yield what one dbt node means to Dagster; unit tests and skipped nodes mean nothing."""
    for key, metadata in context.assets_def.metadata_by_key.items():
        if metadata.get(_UNIQUE_ID) == item.unique_id and item.status == "success":
            seconds = dg.MetadataValue.float(item.seconds)
            yield dg.MaterializeResult(asset_key=key, metadata={"seconds": seconds})
    for spec in context.assets_def.check_specs:
        if spec.metadata.get(_UNIQUE_ID) == item.unique_id and item.status != "skipped":
            yield dg.AssetCheckResult(
                asset_key=spec.asset_key,
                check_name=spec.name,
                passed=item.status == "pass",
                severity=dg.AssetCheckSeverity.WARN if item.status == "warn" else dg.AssetCheckSeverity.ERROR,
                metadata={"failures": item.failures or 0, "message": item.message},
            )
