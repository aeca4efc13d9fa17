"""Runs the whole chain once, as the Dagster job that the UI runs too."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import TemplateError

import ingest
from dagster_project import __version__
from dagster_project.delivery.report import report_path, report_week
from dagster_project.models import load_classifier
from dagster_project.pipeline import open_warehouse, write_report
from dagster_project.progress import report
from dagster_project.run_context import RunStart, run_record
from dagster_project.settings import ConfigurationError, Settings
from dagster_project.warehouse import Warehouse

PUBLISHED = 0
CHECK_FAILED = 1
WRONG_USE = 2


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended.

    Attributes:
        exit_code: 0 published or nothing new, 1 a check failed, 2 wrong use.
        message: for people; empty if all went well.
        is_unchanged: True = nothing was new, the published file stands as it is.
    """

    exit_code: int
    message: str = ""
    is_unchanged: bool = False


def run_whole_chain(settings: Settings, force: bool = False) -> RunOutcome:
    """Run landing to report; on failure the last published warehouse stands.

    Args:
        settings: where to read and write.
        force: build again even if nothing is new.
    """
    try:
        settings.validate()
        load_classifier(settings)
        warehouse = open_warehouse(settings)
        with warehouse.lock():
            if not force and is_up_to_date(settings, warehouse):
                return RunOutcome(PUBLISHED, "nothing new", is_unchanged=True)
            return _run_job(settings, warehouse)
    except (ConfigurationError, ingest.IngestError) as error:
        return RunOutcome(WRONG_USE, str(error))


def is_up_to_date(settings: Settings, warehouse: Warehouse) -> bool:
    """Tell whether a run would publish what is published: same files, instant and versions."""
    if settings.retag or not warehouse.exists():
        return False
    report("plan", "comparing the landing folder with what was loaded")
    model = load_classifier(settings)
    with warehouse.connect_published() as con:
        wanted = (
            settings.as_of or _latest_call(con),
            settings.timezone,
            __version__,
            model.taxonomy_version,
            model.model_version,
        )
        row = con.execute(
            "select epoch_us(as_of), reporting_timezone, whycall_version, taxonomy_version, "
            "model_version from ops.run_context"
        ).fetchone()
        if row is None or (_instant(row[0]), *row[1:]) != wanted:
            return False
        return not ingest.plan(con, settings.landing) and report_path(warehouse.reports, report_week(con)).exists()


def _latest_call(con: duckdb.DuckDBPyConnection) -> datetime | None:
    row = con.execute("select epoch_us(max(started_at)) from raw.all_calls").fetchone()
    return _instant(row[0]) if row and row[0] is not None else None


def _instant(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)


def _run_job(settings: Settings, warehouse: Warehouse) -> RunOutcome:
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    report("start", "loading Dagster and dbt")
    # imported here: `whycall query` and `whycall status` need neither
    import dagster as dg

    from dagster_project.definitions import defs
    from dagster_project.defs.partitions import today
    from dagster_project.defs.resources import WhycallResource

    resource = WhycallResource(
        landing=str(settings.landing),
        warehouse=str(settings.warehouse),
        as_of=settings.as_of.isoformat() if settings.as_of else "",
        timezone=settings.timezone,
        retag=settings.retag,
        model=str(settings.model or ""),
        second_opinion=settings.second_opinion,
    )
    job = defs.resolve_job_def("whole_chain")
    instance = dg.DagsterInstance.get() if os.environ.get("DAGSTER_HOME") else None
    result = job.execute_in_process(
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        instance=instance,
        resources={"whycall": resource},
        partition_key=today(),
        raise_on_error=False,
    )
    if not result.success:
        return _failed(result, settings, warehouse)
    return _write_report(settings, warehouse, instance)


def _write_report(settings: Settings, warehouse: Warehouse, instance: Any) -> RunOutcome:
    """Write the report outside of the job: it is recorded by week, the job by day, and its data may be of any time."""
    from dagster_project.defs.delivery import record_report

    try:
        path = write_report(settings)
    except (OSError, duckdb.Error, ValueError, TemplateError) as error:
        lines = [
            f"the report could not be written: {error}",
            f"the new warehouse was published before that, only its report is missing: {warehouse.published}",
        ]
        return RunOutcome(CHECK_FAILED, "\n".join(lines))
    if instance:
        with warehouse.connect_published() as con:
            record_report(instance, con, path)
    return RunOutcome(PUBLISHED)


def _failed(result: object, settings: Settings, warehouse: Warehouse) -> RunOutcome:
    message, exit_code, details = _explain(result)
    if warehouse.build.parent.exists():
        run = RunStart.current(warehouse)
        warehouse.record_run(run_record(run, settings.as_of, "failed", message))
    aside = warehouse.set_aside()
    if exit_code == WRONG_USE:
        return RunOutcome(exit_code, message)
    lines = [message]
    if details:
        warehouse.failed.mkdir(parents=True, exist_ok=True)
        log = warehouse.failed / "error.txt"
        log.write_text(details, encoding="utf-8")
        lines.append(f"details: {log}")
    if aside:
        lines.append(f"the failed build, to look at: {aside} (tables in ops.check_results)")
    standing = "still stands" if warehouse.exists() else "is still empty: nothing was published yet"
    lines.append(f"the last published warehouse {standing}: {warehouse.published}")
    return RunOutcome(exit_code, "\n".join(lines))


def _explain(result: object) -> tuple[str, int, str]:
    """Return message, exit code and technical details of the first failed step."""
    for event in result.get_step_failure_events():  # type: ignore[attr-defined]
        data = event.step_failure_data
        if data.user_failure_data and data.user_failure_data.description:
            code = data.user_failure_data.metadata.get("exit_code")
            return data.user_failure_data.description, int(code.value) if code else 1, ""
        error = data.error
        while error and error.cause:
            error = error.cause
        text = error.message.strip().splitlines()[0] if error else "unknown error"
        return f"step {event.step_key} failed: {text}", CHECK_FAILED, data.error_display_string
    return "the run failed before its first step", CHECK_FAILED, ""


def default_paths() -> tuple[Path, Path]:
    """Return landing and warehouse folder from the environment, else of the current folder."""
    landing = Path(os.environ.get("WHYCALL_LANDING", "landing"))
    return landing, Path(os.environ.get("WHYCALL_WAREHOUSE", "warehouse"))
