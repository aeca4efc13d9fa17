"""Writes down every published figure that this run changes, and why."""

from pathlib import Path

import duckdb

_CREATE = """
create table if not exists ops.restatements (
    metric_id varchar,
    metric_version varchar,
    week_start_date date,
    slice_by varchar,
    slice varchar,
    as_published double,
    as_now_known double,
    why varchar,
    published_snapshot_id varchar,
    snapshot_id varchar,
    run_id varchar,
    restated_at timestamptz,
    denominator_as_published double,
    denominator_as_now_known double
)
"""
# a warehouse of version 0.1.0 has the table without them
_ADD_DENOMINATORS = """
alter table ops.restatements add column if not exists denominator_as_published double;
alter table ops.restatements add column if not exists denominator_as_now_known double
"""

_DIMENSIONS = (
    "source",
    "segment",
    "owner",
    "outcome",
    "carrier",
    "region",
    "warehouse",
    "product_category",
    "delivery_stage",
    "reason_code",
    "phase",
)
_SLICE = " || '|' || ".join(f'"{name}"' for name in _DIMENSIONS)

# only final figures are promises; a provisional one is expected to move until its week is mature
_INSERT = f"""
insert into ops.restatements
with published as (
    select metric_id, metric_version, week_start_date, slice_by, {_SLICE} as slice, value,
        denominator, snapshot_id
    from published.marts.metric_weekly
    where maturity = 'final'
),
known as (
    select metric_id, metric_version, week_start_date, slice_by, {_SLICE} as slice, value,
        denominator
    from marts.metric_weekly
)
select
    published.metric_id,
    coalesce(known.metric_version, published.metric_version)::varchar,
    published.week_start_date,
    published.slice_by,
    published.slice,
    published.value,
    known.value,
    case
        when known.metric_version is distinct from published.metric_version
            and known.metric_id is not null
            then 'new version of the definition'
        when then_run.reporting_timezone <> now_run.reporting_timezone
            then 'another reporting time zone'
        when then_run.as_of > now_run.as_of then 'an earlier as-of'
        when then_run.model_version <> now_run.model_version
            and exists (select 1 from ops.changed_keys limit 1)
            then 'new model version and late or corrected data'
        when then_run.model_version <> now_run.model_version then 'new model version'
        when then_run.whycall_version <> now_run.whycall_version then 'new version of whycall'
        else 'late or corrected data'
    end,
    published.snapshot_id,
    now_run.snapshot_id,
    now_run.run_id,
    now(),
    published.denominator,
    known.denominator
from published
cross join published.ops.run_context as then_run
cross join ops.run_context as now_run
left join known
    on published.metric_id = known.metric_id
    and published.week_start_date = known.week_start_date
    and published.slice_by = known.slice_by
    and published.slice = known.slice
where
    -- sums of floating point numbers may differ in the last digit from run to run
    abs(published.value - known.value) > 1e-9
    or (published.value is null) <> (known.value is null)
"""


def write_restatements(con: duckdb.DuckDBPyConnection, published: Path | None) -> int:
    """Compare the built metric_weekly with the published one; return the number of changes.

    Args:
        con: the build file after dbt.
        published: the published version's file, None before the first publication.
    """
    con.execute(_CREATE)
    con.execute(_ADD_DENOMINATORS)
    if published is None:
        return 0
    quoted = str(published).replace("'", "''")
    con.execute(f"attach '{quoted}' as published (read_only)")
    try:
        before = _count(con)
        con.execute(_INSERT)
        return _count(con) - before
    finally:
        con.execute("detach published")


def _count(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("select count(*) from ops.restatements").fetchone()
    return int(row[0]) if row else 0
