"""Publication, the weekly report and the export to BigQuery."""

from collections.abc import Iterator

import dagster as dg

from dagster_project import exports, pipeline
from dagster_project.defs.dbt import MANIFEST
from dagster_project.defs.failures import readable_failures
from dagster_project.defs.resources import WhycallResource, resource_from_environment
from dagster_project.delivery.report import headline_figures, headline_markdown


def _mart_keys() -> list[dg.AssetKey]:
    return [
        dg.AssetKey(["marts", node["name"]])
        for node in MANIFEST["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    ]


@dg.asset(
    key=["published", "warehouse"],
    deps=_mart_keys(),
    group_name="delivery",
    kinds={"duckdb"},
)
def published_warehouse(whycall: WhycallResource) -> dg.MaterializeResult:
    """The file that analysts open: swapped in whole, only after every blocking check passed."""
    settings = whycall.settings()
    with readable_failures():
        published = pipeline.publish_build(settings)
        with pipeline.open_warehouse(settings).connect_published() as con:
            headlines = headline_figures(con)
    plotted = {item.metric_id: dg.MetadataValue.float(item.value) for item in headlines if item.value is not None}
    return dg.MaterializeResult(
        metadata={
            "headline": dg.MetadataValue.md(headline_markdown(headlines)),
            "path": dg.MetadataValue.path(str(settings.warehouse / "whycall.duckdb")),
            "run_id": published.run_id,
            "restated_figures": published.restated,
            **plotted,
        }
    )


@dg.asset(
    key=["reports", "weekly_report"],
    deps=[published_warehouse],
    group_name="delivery",
    kinds={"html"},
)
def weekly_report(whycall: WhycallResource) -> dg.MaterializeResult:
    """Self-contained HTML page of the last complete week, from the published marts."""
    with readable_failures():
        path = pipeline.write_report(whycall.settings())
    return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(str(path))})


@dg.asset(
    key=["exports", "bigquery"],
    deps=[published_warehouse],
    group_name="delivery",
    kinds={"bigquery"},
    output_required=False,
)
def bigquery_export(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Weekly metrics, registry, reason shares and restatements in BigQuery, one copy of each week."""
    target = exports.configured_dataset()
    if target is None:
        context.log.info(f"not exported: set {exports.PROJECT_VARIABLE} and {exports.DATASET_VARIABLE}")
        return
    # reads what is published and takes no writer's lock: a slow line must not hold up a run
    with readable_failures():
        done = exports.export_to_bigquery(pipeline.open_warehouse(resource_from_environment().settings()), *target)
    yield dg.MaterializeResult(
        metadata={
            "dataset": ".".join(target),
            "batches_loaded": sum(item.action == "loaded" for item in done),
            "rows": sum(item.rows for item in done),
            "rows_suppressed": sum(item.suppressed for item in done),
        }
    )
