"""What holds for whole groups of assets: who owns them, when they are late, who waits for whom, what is tried again."""

from collections.abc import Sequence
from datetime import timedelta

import dagster as dg

from dagster_project.defs.partitions import TIMEZONE

# a run that has a step of this pool waits until no other run has (dagster.yaml): one writer on the build file
WRITER = "warehouse_writer"
EXPORTER = "bigquery_exporter"

# Safe to try again: ingest starts from a copy of the published file, every later step replaces what it wrote.
# Failures that a second try cannot change (checks, settings) forbid it themselves, see defs/failures.py.
TRY_AGAIN = dg.RetryPolicy(max_retries=1, delay=5)
# reads a published file and replaces whole files, or compares before it writes: any number of tries does no harm
TRY_OFTEN = dg.RetryPolicy(max_retries=3, delay=30, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)

_MODELLERS = "team:analytics_engineering"
_OWNERS = {
    "landing": "team:integrations",
    "raw": "team:data_engineering",
    "seeds": "team:operations",
    "delivery": "team:operations",
}
# the daily run starts at 05:00; two hours later all of it must be of the last day
_DAILY = dg.FreshnessPolicy.cron(deadline_cron="0 7 * * *", lower_bound_delta=timedelta(hours=24), timezone=TIMEZONE)
_WEEKLY = dg.FreshnessPolicy.cron(deadline_cron="0 9 * * 1", lower_bound_delta=timedelta(days=7), timezone=TIMEZONE)
_DAILY_GROUPS = {"raw", "marts", "metrics"}
_LATE_AFTER = {"published/warehouse": _DAILY, "reports/weekly_report": _WEEKLY, "exports/bigquery": _WEEKLY}


def with_policies(assets: Sequence[dg.AssetSpec | dg.AssetsDefinition]) -> list[dg.AssetSpec | dg.AssetsDefinition]:
    """Return the assets with owners and freshness policies by their group."""
    return list(dg.map_asset_specs(_with_policies, assets))


def _with_policies(spec: dg.AssetSpec) -> dg.AssetSpec:
    group = spec.group_name or ""
    late = _LATE_AFTER.get("/".join(spec.key.path)) or (_DAILY if group in _DAILY_GROUPS else None)
    return spec.replace_attributes(owners=[_OWNERS.get(group, _MODELLERS)], freshness_policy=late)
