"""The SQL of each exported table, over published marts only. Nothing here computes a metric.

`$floor` is the small-cell floor: a cell of 1 to floor - 1 units shows neither counts nor values.
A zero stays: it is nobody. Numbers keep ten significant digits, so that the last bit of a sum of
floating point numbers, which may differ from run to run, changes no exported row.
"""

DIMENSIONS = (
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


def _small(units: str) -> str:
    return f"({units} > 0 and {units} < $floor)"


def _shown(number: str, is_small: str) -> str:
    return f"case when not {is_small} then format('{{:.10g}}', {number}::double)::double end"


_CELL = _small("denominator")

METRIC_WEEKLY = f"""
    select
        metric_id,
        metric_version,
        week_start_date,
        slice_by,
        {", ".join(DIMENSIONS)},
        {_shown("numerator", _CELL)} as numerator,
        case when not {_CELL} then denominator::bigint end as denominator,
        {_shown("value", _CELL)} as value,
        {_shown("ci_low", _CELL)} as ci_low,
        {_shown("ci_high", _CELL)} as ci_high,
        maturity,
        is_rankable,
        {_shown("median", _CELL)} as median,
        {_shown("p90", _CELL)} as p90,
        {_shown("sd", _CELL)} as sd,
        is_truncated,
        {_CELL} as is_suppressed
    from marts.metric_weekly
"""

DIM_METRICS = "select *, false as is_suppressed from marts.dim_metrics"

_REASON = _small("cells.denominator")
_SLICE = _small("slices.denominator")

# The denominators of the escalation rate are the engaged inbound calls, whole and by reason: the
# report shows the same shares.
REASON_SHARES = f"""
    select
        cells.week_start_date,
        slices.slice_by,
        cells.carrier,
        cells.region,
        cells.warehouse,
        cells.reason_code,
        codes.reason_kind,
        codes.l1,
        codes.ops_owner,
        case when not {_REASON} then cells.denominator::bigint end as calls,
        case when not {_SLICE} then slices.denominator::bigint end as calls_of_slice,
        {_shown("cells.denominator / slices.denominator", _REASON)} as share,
        cells.maturity,
        {_REASON} as is_suppressed
    from marts.metric_weekly as cells
    inner join marts.metric_weekly as slices
        on
            cells.metric_id = slices.metric_id
            and cells.week_start_date = slices.week_start_date
            and cells.slice_by = if(slices.slice_by = 'all', '', slices.slice_by || '+') || 'reason_code'
            and cells.carrier = slices.carrier
            and cells.region = slices.region
            and cells.warehouse = slices.warehouse
    left join marts.dim_reason_codes as codes
        on cells.reason_code = codes.reason_code
    where
        cells.metric_id = 'M-08'
        and slices.slice_by in ('all', 'carrier', 'region', 'warehouse')
"""

# a cell that is small on either side shows neither; of rows without denominators nothing is known
_CHANGE = f"""(
    denominator_as_published is null
    or {_small("denominator_as_published")}
    or {_small("coalesce(denominator_as_now_known, 0)")}
)"""

RESTATEMENTS = f"""
    select
        metric_id,
        metric_version::integer as metric_version,
        week_start_date,
        slice_by,
        slice,
        {_shown("as_published", _CHANGE)} as as_published,
        {_shown("as_now_known", _CHANGE)} as as_now_known,
        why,
        published_snapshot_id,
        snapshot_id,
        run_id,
        restated_at,
        {_CHANGE} as is_suppressed
    from ops.restatements
"""
