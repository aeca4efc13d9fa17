"""When a run starts by itself: every day, on Monday, and when files have landed."""

import hashlib
import os
from pathlib import Path

import dagster as dg

from dagster_project.defs.resources import resource_from_environment
from dagster_project.exports import configured_dataset

TIMEZONE = os.environ.get("WHYCALL_TIMEZONE", "UTC")

_BIGQUERY = dg.AssetSelection.assets(["exports", "bigquery"])
_MODEL = dg.AssetSelection.assets(["models", "recalibrated"])

whole_chain = dg.define_asset_job(
    "whole_chain",
    # a line that is down must not fail a run whose warehouse is published
    selection=dg.AssetSelection.all() - _BIGQUERY - _MODEL,
    description="Landing files to published warehouse and report: the same as `whycall run`.",
)
weekly_report_job = dg.define_asset_job(
    "weekly_report_only",
    selection=dg.AssetSelection.assets(["reports", "weekly_report"]),
    description="The weekly report again, from what is published.",
)
bigquery_export_job = dg.define_asset_job(
    "bigquery_export_only",
    selection=_BIGQUERY,
    description="What is published to BigQuery: the same as `whycall export bigquery`.",
)
recalibration_job = dg.define_asset_job(
    "recalibration_only",
    selection=_MODEL,
    description="Temperature and thresholds of the classifier from the random audit: `whycall review recalibrate`.",
)
daily = dg.ScheduleDefinition(
    name="daily_run",
    job=whole_chain,
    cron_schedule="0 5 * * *",
    execution_timezone=TIMEZONE,
    description="Every day at 05:00 in the reporting time zone.",
)
monday_report = dg.ScheduleDefinition(
    name="monday_report",
    job=weekly_report_job,
    cron_schedule="30 6 * * 1",
    execution_timezone=TIMEZONE,
    description="Monday at 06:30 in the reporting time zone, after the daily run.",
)
monday_bigquery = dg.ScheduleDefinition(
    name="monday_bigquery",
    job=bigquery_export_job,
    cron_schedule="0 7 * * 1",
    execution_timezone=TIMEZONE,
    should_execute=lambda context: configured_dataset() is not None,
    description="Monday at 07:00 in the reporting time zone, if a project and a dataset are configured.",
)
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


@dg.sensor(job=whole_chain, minimum_interval_seconds=60, name="new_landing_files")
def new_landing_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Start a run when a landing file is new or has changed since the last look."""
    landing = Path(resource_from_environment().landing)
    if not landing.is_dir():
        return dg.SkipReason(f"no landing folder at {landing}")
    fingerprint, count = landing_fingerprint(landing)
    if count == 0 or fingerprint == context.cursor:
        return dg.SkipReason(f"nothing new among {count} files")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=fingerprint)], cursor=fingerprint)
