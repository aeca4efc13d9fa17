"""The steps of a run as plain functions; the Dagster assets call them and nothing else.

landing -> raw -> tags -> context -> themes -> dbt -> checks -> publish -> report
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

import ingest
from dagster_project import transform
from dagster_project.delivery.report import write_weekly_report
from dagster_project.delivery.restatements import write_restatements
from dagster_project.models import load_classifier
from dagster_project.progress import report
from dagster_project.quality import CheckResult, run_suites
from dagster_project.run_context import RunStart, run_record, write_run_context, write_runs
from dagster_project.settings import Settings
from dagster_project.tagging import TaggingResult, tag_calls
from dagster_project.themes import ThemeResult, write_themes
from dagster_project.warehouse import Warehouse

_CHECK_RESULTS = """
create table if not exists ops.check_results (
    run_id varchar,
    kind varchar,
    name varchar,
    asset varchar,
    passed boolean,
    blocking boolean,
    detail varchar
)
"""


class RunFailed(Exception):
    """A check failed: nothing is published. The message says which and where to look."""


@dataclass(frozen=True)
class Published:
    """What a run published.

    Attributes:
        path: the versioned file behind DIR/whycall.duckdb.
        run_id: the run that built it.
        restated: final figures of earlier weeks that changed.
    """

    path: Path
    run_id: str
    restated: int


def open_warehouse(settings: Settings) -> Warehouse:
    """Return the warehouse folder of these settings."""
    return Warehouse(settings.warehouse, settings.memory_limit, settings.threads)


def ingest_landing(settings: Settings) -> ingest.IngestResult:
    """Begin a run and load what is new in the landing folder.

    Raises:
        ConfigurationError: a setting cannot work.
        ingest.IngestError: the landing folder cannot be read, or the accounts do not add up.
    """
    settings.validate()
    warehouse = open_warehouse(settings)
    run = RunStart.begin(warehouse)
    clock = datetime.now(UTC)
    with warehouse.connect_build() as con:
        result = ingest.load_landing(
            con,
            settings.landing,
            run_id=run.run_id,
            now=max(clock, settings.as_of or clock),
            hash_key=warehouse.hash_key(),
            dialnexa_secret=(settings.webhook_secret or "").encode() or None,
            work_dir=warehouse.temp,
            progress=partial(report, "ingest"),
        )
    rows = sum(count for fates in result.rows.values() for count in fates.values())
    report("ingest", f"{result.files_new:,} new of {result.files_seen:,} files, {rows:,} rows")
    return result


def tag_reasons(settings: Settings) -> TaggingResult:
    """Tag new and changed calls with the model of these settings."""
    classifier = load_classifier(settings)
    with open_warehouse(settings).connect_build() as con:
        return tag_calls(con, classifier, settings.retag, partial(report, "tag"))


def set_context(settings: Settings) -> datetime:
    """Write ops.run_context and empty ops.check_results of this run; return as_of."""
    warehouse = open_warehouse(settings)
    classifier = load_classifier(settings)
    run = RunStart.current(warehouse)
    with warehouse.connect_build() as con:
        con.execute(_CHECK_RESULTS)
        con.execute("delete from ops.check_results")
        return write_run_context(con, settings, run, classifier.taxonomy_version, classifier.model_version)


def find_emerging_themes(settings: Settings) -> ThemeResult:
    """Cluster what the classifier abstained on, for the weeks that have changed."""
    with open_warehouse(settings).connect_build() as con:
        return write_themes(con, partial(report, "themes"))


def transform_tables(settings: Settings) -> list[transform.NodeResult]:
    """Build and test every dbt model; the results of tests are kept in ops.check_results."""
    warehouse = open_warehouse(settings)
    done = 0

    def on_node(name: str, status: str) -> None:
        nonlocal done
        done += 1
        report("dbt", f"{done} models and tests done")

    results = transform.build(warehouse, on_node)
    # models that were skipped because of a failure count as failed: half a warehouse is none
    checks = [
        CheckResult("dbt", item.name, ("dbt", item.path), not item.is_failed, item.status != "warn", item.message)
        for item in results
        if item.status != "skipped"
    ]
    with warehouse.connect_build() as con:
        _keep(con, RunStart.current(warehouse).run_id, "dbt", checks)
    return results


def check_build(settings: Settings) -> list[CheckResult]:
    """Run the Great Expectations suites on the build; results are kept in ops.check_results."""
    warehouse = open_warehouse(settings)
    report("check", "Great Expectations suites")
    with warehouse.connect_build() as con:
        results = run_suites(con)
        _keep(con, RunStart.current(warehouse).run_id, "great_expectations", results)
    return results


def publish_build(settings: Settings) -> Published:
    """Publish the build if both kinds of checks ran on it and none that blocks failed.

    Raises:
        RunFailed: names the failed checks and where the build was set aside.
    """
    warehouse = open_warehouse(settings)
    run = RunStart.current(warehouse)
    with warehouse.connect_build() as con:
        failed = _failed_checks(con, run.run_id)
        if failed:
            raise RunFailed(failure_message(failed))
        row = con.execute("select epoch_us(as_of) from ops.run_context").fetchone()
        assert row is not None
        as_of = datetime.fromtimestamp(row[0] / 1_000_000, UTC)
        published = warehouse.published.resolve() if warehouse.exists() else None
        restated = write_restatements(con, published)
        record = run_record(run, as_of, "published")
        write_runs(con, [*warehouse.runs(), record])
        con.execute("checkpoint")
    path = warehouse.publish(run.run_id, settings.keep_versions)
    warehouse.record_run(record)
    report("publish", f"{warehouse.published} -> {path.name}")
    return Published(path, run.run_id, restated)


def write_report(settings: Settings) -> Path:
    """Write the weekly report, with its short version for e-mail, from the published warehouse; return its path."""
    warehouse = open_warehouse(settings)
    with warehouse.connect_published() as con:
        path = write_weekly_report(con, warehouse.reports)
    report("report", str(path))
    return path


def failure_message(failed: list[str]) -> str:
    """Return the failed checks as a few lines for people."""
    shown = [f"  {line}" for line in failed[:8]]
    rest = len(failed) - len(shown)
    if rest > 0:
        shown.append(f"  and {rest} more in ops.check_results")
    return "\n".join([f"{len(failed)} check(s) failed, nothing was published:", *shown])


def _keep(con: duckdb.DuckDBPyConnection, run_id: str, kind: str, results: list[CheckResult]) -> None:
    con.execute(_CHECK_RESULTS)
    con.execute("delete from ops.check_results where kind = $kind", {"kind": kind})
    rows = [
        {
            "run_id": run_id,
            "kind": kind,
            "name": item.name,
            "asset": ".".join(item.asset),
            "passed": item.passed,
            "blocking": item.blocking,
            "detail": item.detail,
        }
        for item in results
    ]
    if rows:
        con.register("check_rows", pa.Table.from_pylist(rows))
        con.execute("insert into ops.check_results by name from check_rows")
        con.unregister("check_rows")


def _failed_checks(con: duckdb.DuckDBPyConnection, run_id: str) -> list[str]:
    con.execute(_CHECK_RESULTS)
    ran = con.execute(
        "select distinct kind from ops.check_results where run_id = $run_id", {"run_id": run_id}
    ).fetchall()
    missing = {"dbt", "great_expectations"} - {str(row[0]) for row in ran}
    if missing:
        return [f"{kind}: has not run on this build" for kind in sorted(missing)]
    rows = con.execute(
        """
        select kind || ' ' || name || ' (' || asset || '): ' || detail
        from ops.check_results
        where run_id = $run_id and blocking and not passed
        order by 1
        """,
        {"run_id": run_id},
    ).fetchall()
    return [str(row[0]) for row in rows]
