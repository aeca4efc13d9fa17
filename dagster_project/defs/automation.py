"""When a run starts by itself: by the clock of the reporting time zone, and when something has happened."""

import hashlib
import os
from datetime import date
from pathlib import Path

import dagster as dg

from dagster_project.defs.delivery import REPORT_WEEK, published_warehouse
from dagster_project.defs.freshness import freshness_checks
from dagster_project.defs.partitions import TIMEZONE, WEEKS, day_before, today, week_before
from dagster_project.defs.resources import settings_from_environment
from dagster_project.exports import configured_dataset

_BIGQUERY = dg.AssetSelection.assets(["exports", "bigquery"])
_REPORT = dg.AssetSelection.assets(["reports", "weekly_report"])
_MODEL = dg.AssetSelection.assets(["models", "recalibrated"])
_FRESHNESS = dg.AssetSelection.checks(freshness_checks)

# a worker that was killed is started once more from its first step, which throws the half-built file away; a run
# that failed by itself has said why and stays failed
_AGAIN = {
    "dagster/max_retries": "1",
    "dagster/retry_strategy": "ALL_STEPS",
    "dagster/retry_on_asset_or_op_failure": "false",
}

whole_chain = dg.define_asset_job(
    "whole_chain",
    # neither a line that is down nor a page that cannot be written may fail a run that has published
    selection=dg.AssetSelection.all() - _BIGQUERY - _REPORT - _FRESHNESS - _MODEL,
    tags=_AGAIN,
    description="Landing files to published warehouse: `whycall run` without the report.",
)
weekly_report_job = dg.define_asset_job(
    "weekly_report_only",
    selection=_REPORT,
    tags=_AGAIN,
    description="Reports of weeks and of the weeks that hang on them, from what is published.",
)
bigquery_export_job = dg.define_asset_job(
    "bigquery_export_only",
    selection=_BIGQUERY,
    tags=_AGAIN,
    description="Published weeks and the weeks that hang on them to BigQuery: `whycall export bigquery`.",
)
recalibration_job = dg.define_asset_job(
    "recalibration_only",
    selection=_MODEL,
    description="Temperature and thresholds of the classifier from the random audit: `whycall review recalibrate`.",
)
freshness_job = dg.define_asset_job(
    "freshness_only",
    selection=_FRESHNESS,
    description="Is each source still delivering, and is the warehouse still being published? Fails if not.",
)


@dg.schedule(
    name="daily_run",
    job=whole_chain,
    cron_schedule=os.environ.get("WHYCALL_DAILY_CRON", "0 5 * * *"),
    execution_timezone=TIMEZONE,
    description="Every day at 05:00 in the reporting time zone: the day that has just ended.",
)
def daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Ask for the day before the tick; each tick asks once."""
    return dg.RunRequest(run_key=_tick(context), partition_key=day_before(_date(context)))


@dg.schedule(
    name="monday_report",
    job=weekly_report_job,
    cron_schedule="30 6 * * 1",
    execution_timezone=TIMEZONE,
    description="Monday at 06:30 in the reporting time zone, after the daily run: the week that has just ended.",
)
def monday_report(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Ask for the week before the tick."""
    return dg.RunRequest(run_key=_tick(context), partition_key=week_before(_date(context)))


@dg.schedule(
    name="monday_bigquery",
    job=bigquery_export_job,
    cron_schedule="0 7 * * 1",
    execution_timezone=TIMEZONE,
    description="Monday at 07:00 in the reporting time zone, if a project and a dataset are configured.",
)
def monday_bigquery(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Ask for the week before the tick if there is somewhere to export to."""
    if configured_dataset() is None:
        return dg.SkipReason("no BigQuery project and dataset are configured")
    return dg.RunRequest(run_key=_tick(context), partition_key=week_before(_date(context)))


freshness_watch = dg.ScheduleDefinition(
    name="freshness_watch",
    job=freshness_job,
    cron_schedule="0 8 * * *",
    execution_timezone=TIMEZONE,
    description="Every day at 08:00 in the reporting time zone: late sources fail a run, and the alert tells.",
)


def _date(context: dg.ScheduleEvaluationContext) -> date:
    return context.scheduled_execution_time.date()


def _tick(context: dg.ScheduleEvaluationContext) -> str:
    return context.scheduled_execution_time.isoformat()


monday_recalibration = dg.ScheduleDefinition(
    name="monday_recalibration",
    job=recalibration_job,
    cron_schedule="30 7 * * 1",
    execution_timezone=TIMEZONE,
    description="Monday at 07:30 in the reporting time zone; does nothing unless the audit proves the model wrong.",
)


def landing_fingerprint(landing: Path) -> tuple[str, int]:
    """Return a hash over name, size and change time of every landing file, and their number."""
    digest = hashlib.sha256()
    files = sorted(path for path in landing.rglob("*") if path.is_file())
    for path in files:
        stat = path.stat()
        name = str(path.relative_to(landing))
        digest.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode(errors="replace"))
    return digest.hexdigest(), len(files)


@dg.sensor(
    job=whole_chain,
    minimum_interval_seconds=30,
    name="new_landing_files",
    description="A run for the running day whenever a landing file is new or has changed.",
)
def new_landing_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Start a run when a landing file is new or has changed since the last look."""
    landing = settings_from_environment().landing
    if not landing.is_dir():
        return dg.SkipReason(f"no landing folder at {landing}")
    fingerprint, count = landing_fingerprint(landing)
    if count == 0 or fingerprint == context.cursor:
        return dg.SkipReason(f"nothing new among {count} files")
    request = dg.RunRequest(run_key=fingerprint, partition_key=today())
    return dg.SensorResult(run_requests=[request], cursor=fingerprint)


@dg.asset_sensor(
    asset_key=published_warehouse.key,
    job=weekly_report_job,
    name="report_after_publication",
    minimum_interval_seconds=30,
    description="The report of the last complete week, and of weeks that still mature, after each publication.",
)
def report_after_publication(
    context: dg.SensorEvaluationContext, asset_event: dg.EventLogEntry
) -> dg.RunRequest | dg.SkipReason:
    """Ask for the week that the publication names."""
    event = asset_event.asset_materialization
    week = event.metadata.get(REPORT_WEEK) if event else None
    if week is None or not WEEKS.has_partition_key(str(week.value)):
        return dg.SkipReason("the publication names no week of the calendar of reports")
    return dg.RunRequest(run_key=context.cursor, partition_key=str(week.value))
