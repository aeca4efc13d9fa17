"""Publication, the weekly report and the export to BigQuery."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import duckdb

from dagster_project import exports, pipeline
from dagster_project.defs.dbt import MANIFEST
from dagster_project.defs.failures import WRONG_USE, failure, readable_failures
from dagster_project.defs.partitions import WEEKS, mondays
from dagster_project.defs.policies import EXPORTER, TRY_OFTEN, WRITER
from dagster_project.defs.resources import ReaderResource, WhycallResource
from dagster_project.delivery.report import Headline, headline_figures, headline_markdown, report_week
from dagster_project.refresh import Refresh, export_weeks, write_reports

if TYPE_CHECKING:
    from dagster_project.delivery.bigquery import Delivery

REPORT_WEEK = "report_week"


def _mart_keys() -> list[dg.AssetKey]:
    return [
        dg.AssetKey(["marts", node["name"]])
        for node in MANIFEST["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    ]


def _plotted(headlines: list[Headline]) -> dict[str, dg.MetadataValue]:
    """Return the figures as numbers, which the UI draws over time."""
    return {item.metric_id: dg.MetadataValue.float(item.value) for item in headlines if item.value is not None}


@dg.asset(
    key=["published", "warehouse"],
    deps=_mart_keys(),
    group_name="delivery",
    kinds={"duckdb"},
    pool=WRITER,
)
def published_warehouse(whycall: WhycallResource) -> dg.MaterializeResult:
    """The file that analysts open: swapped in whole, only after every blocking check passed."""
    settings = whycall.settings()
    with readable_failures():
        published = pipeline.publish_build(settings)
        with pipeline.open_warehouse(settings).connect_published() as con:
            week = report_week(con)
            headlines = headline_figures(con, week)
    return dg.MaterializeResult(
        metadata={
            "headline": dg.MetadataValue.md(headline_markdown(headlines)),
            "path": dg.MetadataValue.path(str(settings.warehouse / "whycall.duckdb")),
            "run_id": published.run_id,
            REPORT_WEEK: dg.MetadataValue.text(week.isoformat()),
            "restated_figures": published.restated,
            **_plotted(headlines),
        }
    )


@dg.asset(
    key=["reports", "weekly_report"],
    deps=[published_warehouse],
    group_name="delivery",
    kinds={"html"},
    partitions_def=WEEKS,
    # a backfill is one run: the weeks that hang on several of its weeks are written once
    backfill_policy=dg.BackfillPolicy.single_run(),
    retry_policy=TRY_OFTEN,
    output_required=False,
)
def weekly_report(context: dg.AssetExecutionContext, published: ReaderResource) -> Iterator[dg.MaterializeResult]:
    """Self-contained HTML page of a week, with the pages of the weeks that hang on it, from the published marts."""
    settings = published.settings()
    with readable_failures():
        refresh, pages = write_reports(settings, mondays(context.partition_keys))
        with pipeline.open_warehouse(settings).connect_published() as con:
            for week, path in pages.items():
                context.log_event(_written(context.asset_key, week, path, headline_figures(con, week)))
    _refuse_missing(refresh)
    yield from ()


@dg.asset(
    key=["exports", "bigquery"],
    deps=[published_warehouse],
    group_name="delivery",
    kinds={"bigquery"},
    partitions_def=WEEKS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    retry_policy=TRY_OFTEN,
    pool=EXPORTER,
    output_required=False,
)
def bigquery_export(context: dg.AssetExecutionContext, published: ReaderResource) -> Iterator[dg.MaterializeResult]:
    """Weekly metrics, registry, reason shares and restatements in BigQuery, one copy of each week."""
    target = exports.configured_dataset()
    if target is None:
        context.log.info(f"not exported: set {exports.PROJECT_VARIABLE} and {exports.DATASET_VARIABLE}")
        return
    # reads what is published and takes no writer's lock: a slow line must not hold up a run
    with readable_failures(may_try_again=True):
        refresh, done = export_weeks(published.settings(), target, mondays(context.partition_keys))
    for week in refresh.weeks:
        context.log_event(_of_week(context.asset_key, week, {"dataset": ".".join(target), **_counts(done, week)}))
    _refuse_missing(refresh)
    yield from ()


def _counts(done: "list[Delivery]", week: date) -> dict[str, int]:
    batches = [item for item in done if item.batch.endswith(week.isoformat())]
    return {
        "batches_loaded": sum(item.action == "loaded" for item in batches),
        "rows": sum(item.rows for item in batches),
        "rows_suppressed": sum(item.suppressed for item in batches),
    }


def record_report(instance: dg.DagsterInstance, con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Record a report that was written outside of Dagster as if the asset had written it."""
    week = report_week(con)
    instance.report_runless_asset_event(_written(weekly_report.key, week, path, headline_figures(con, week)))


def _written(key: dg.AssetKey, week: date, path: Path, headlines: list[Headline]) -> dg.AssetMaterialization:
    return _of_week(key, week, {"path": dg.MetadataValue.path(str(path)), **_plotted(headlines)})


def _of_week(key: dg.AssetKey, week: date, metadata: dict[str, Any]) -> dg.AssetMaterialization:
    """Return what is recorded of one week, asked for or pulled in; the calendar of the UI may begin after the data."""
    partition = week.isoformat() if WEEKS.has_partition_key(week.isoformat()) else None
    return dg.AssetMaterialization(key, partition=partition, metadata=metadata)


def _refuse_missing(refresh: Refresh) -> None:
    """What can be done is done; a week that cannot is no success."""
    if refresh.missing:
        weeks = ", ".join(week.isoformat() for week in refresh.missing)
        raise failure(f"no figures are published for the week of {weeks}; the other weeks are done", WRONG_USE)
