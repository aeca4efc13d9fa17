"""dbt's models and tests as assets and asset checks, built in this process."""

import json
from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from dagster_project import pipeline, transform
from dagster_project.defs.columns import SchemaTranslator, column_lineage, known_lineage
from dagster_project.defs.failures import CHECK_FAILED, failure, readable_failures
from dagster_project.defs.policies import TRY_AGAIN, WRITER
from dagster_project.defs.resources import WhycallResource

_UNIQUE_ID = "dagster_dbt/unique_id"


def load_manifest() -> dict[str, Any]:
    """Return the parsed project; it is parsed first if the files have changed."""
    return json.loads(transform.prepare_manifest().read_text(encoding="utf-8"))


MANIFEST = load_manifest()


@dbt_assets(
    manifest=MANIFEST,
    dagster_dbt_translator=SchemaTranslator(),
    name="dbt_models",
    retry_policy=TRY_AGAIN,
    pool=WRITER,
)
def dbt_models(
    context: dg.AssetExecutionContext, whycall: WhycallResource
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Build and test every model, whatever is asked: half of a new build and half of an old one would not agree."""
    with readable_failures():
        results = pipeline.transform_tables(whycall.settings())
    lineage = known_lineage()
    keys = {item[_UNIQUE_ID]: key for key, item in context.assets_def.metadata_by_key.items() if _UNIQUE_ID in item}
    # dbt finishes nodes in the order of the graph, and Dagster wants them in that order
    for item in results:
        key = keys.get(item.unique_id)
        if key in context.selected_asset_keys and item.status == "success":
            metadata = {"seconds": item.seconds, **column_lineage(lineage.get(item.unique_id, {}), keys)}
            yield dg.MaterializeResult(asset_key=key, metadata=metadata)
        yield from _check_results(context, item)
    failed = [item for item in results if item.is_failed]
    if failed:
        lines = [f"{item.name} ({item.path}): {item.message}" for item in failed]
        raise failure(pipeline.failure_message(lines), CHECK_FAILED, checks=[item.name for item in failed])


def _check_results(context: dg.AssetExecutionContext, item: transform.NodeResult) -> Iterator[dg.AssetCheckResult]:
    """Yield what one dbt test means to Dagster; unit tests and skipped nodes mean nothing."""
    for spec in context.assets_def.check_specs:
        is_asked = spec.key in context.selected_asset_check_keys
        if is_asked and spec.metadata.get(_UNIQUE_ID) == item.unique_id and item.status != "skipped":
            yield dg.AssetCheckResult(
                asset_key=spec.asset_key,
                check_name=spec.name,
                passed=item.status == "pass",
                severity=dg.AssetCheckSeverity.WARN if item.status == "warn" else dg.AssetCheckSeverity.ERROR,
                metadata={"failures": item.failures or 0, "message": item.message},
            )
