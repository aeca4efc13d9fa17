"""The exported tables and their columns. A column that does not stand here does not leave."""

from dataclasses import dataclass

import pyarrow as pa

from dagster_project.delivery.export import queries
from dagster_project.delivery.export.columns import ARROW_TYPES, Column, mart_columns, mart_description

WEEK = "week_start_date"
_SUPPRESSED = Column("is_suppressed", "boolean", "True when the cell is too small to show: counts and values are null.")


@dataclass(frozen=True)
class ExportTable:
    """A table as it leaves.

    Attributes:
        name: name at the destination.
        description: for the destination's catalogue.
        sql: its rows, over published tables; takes $floor.
        columns: the allow-list, in order.
        key: columns that name a row.
        cluster_by: columns by which the destination may sort.
        is_weekly: a batch is one week; else the table is one batch.
        labels: columns of values that come from landing files and are looked at before they leave.
    """

    name: str
    description: str
    sql: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    cluster_by: tuple[str, ...] = ()
    is_weekly: bool = True
    labels: tuple[str, ...] = ()

    def arrow_schema(self) -> pa.Schema:
        """Return the schema of every batch, also of an empty one."""
        return pa.schema([(column.name, ARROW_TYPES[column.data_type]) for column in self.columns])


DIM_METRICS = ExportTable(
    name="dim_metrics",
    description=mart_description("dim_metrics"),
    sql=queries.DIM_METRICS,
    columns=mart_columns(
        "dim_metrics",
        *("metric_id", "metric_version", "metric_name", "formula", "direction", "unit", "grain", "source"),
        *("kind", "window_hours", "is_published_provisional", "dimensions"),
    ),
    key=("metric_id",),
    is_weekly=False,
)
METRIC_WEEKLY = ExportTable(
    name="metric_weekly",
    description=mart_description("metric_weekly"),
    sql=queries.METRIC_WEEKLY,
    columns=(
        *mart_columns("metric_weekly", "metric_id", "metric_version", WEEK, "slice_by"),
        *mart_columns("metric_weekly", *queries.DIMENSIONS),
        *mart_columns("metric_weekly", "numerator", "denominator", "value", "ci_low", "ci_high"),
        *mart_columns("metric_weekly", "maturity", "is_rankable", "median", "p90", "sd", "is_truncated"),
        _SUPPRESSED,
    ),
    key=("metric_id", WEEK, "slice_by", *queries.DIMENSIONS),
    cluster_by=("metric_id", "slice_by"),
    labels=queries.DIMENSIONS,
)
REASON_SHARES = ExportTable(
    name="reason_shares",
    description="Why customers called: engaged inbound calls by reason. One row per week, slice and reason code.",
    sql=queries.REASON_SHARES,
    columns=(
        *mart_columns("metric_weekly", WEEK),
        Column("slice_by", "varchar", "What the shares are of: all calls, or those of a carrier, region or warehouse."),
        *mart_columns("metric_weekly", "carrier", "region", "warehouse", "reason_code"),
        *mart_columns("dim_reason_codes", "reason_kind", "l1", "ops_owner"),
        Column("calls", "bigint", "Engaged inbound calls of the slice with this reason."),
        Column("calls_of_slice", "bigint", "Engaged inbound calls of the slice."),
        Column("share", "double", "calls / calls_of_slice."),
        *mart_columns("metric_weekly", "maturity"),
        _SUPPRESSED,
    ),
    key=(WEEK, "slice_by", "carrier", "region", "warehouse", "reason_code"),
    cluster_by=("slice_by", "reason_code"),
    labels=("carrier", "region", "warehouse", "reason_code"),
)
RESTATEMENTS = ExportTable(
    name="restatements",
    description="Published final figures that a later run changed. One row per metric, week, slice and run.",
    sql=queries.RESTATEMENTS,
    columns=(
        *mart_columns("metric_weekly", "metric_id", "metric_version", WEEK, "slice_by"),
        Column("slice", "varchar", "Values of the dimensions in the order of metric_weekly, joined by '|'."),
        Column("as_published", "double", "Value before the run."),
        Column("as_now_known", "double", "Value since the run; null when the cell is gone."),
        Column("why", "varchar", "Late or corrected data, or what else changed."),
        Column("published_snapshot_id", "varchar", "State of the inputs behind the value before."),
        Column("snapshot_id", "varchar", "State of the inputs behind the value since."),
        Column("run_id", "varchar", "Run that changed the value."),
        Column("restated_at", "timestamp with time zone", "When that run published."),
        _SUPPRESSED,
    ),
    key=("metric_id", WEEK, "slice_by", "slice", "run_id"),
    cluster_by=("metric_id", "slice_by"),
    labels=("slice",),
)
# the registry first: a metric is named before its figures arrive
EXPORT_TABLES = (DIM_METRICS, METRIC_WEEKLY, REASON_SHARES, RESTATEMENTS)
