"""A small warehouse with exactly the contract's tables, for the tests of the report.

Fourteen weeks of a made-up shop. From BAD_WEEK on the carrier "Northway" delivers late: its
on-time rate falls, its calls about late parcels and its escalations rise. One carrier is small.
"""

import random
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.delivery.report.stats import wilson

WEEK = date(2026, 8, 10)
WEEKS = [WEEK + timedelta(weeks=i) for i in range(-13, 2)]
BAD_WEEK = date(2026, 8, 3)
CARRIERS = {"Bluebird": 90, "Northway": 70, "Parcel & Sons <b>": 45, "Tortoise": 3, "unknown": 40}
REGIONS = ["North", "South", "Coast"]
DIMENSIONS = [
    "source", "segment", "owner", "outcome", "carrier", "region", "warehouse",
    "product_category", "delivery_stage", "reason_code", "phase",
]  # fmt: skip
REASONS = {
    "DEL.LATE.PAST_PROMISE": 0.14,
    "DEL.STATUS.IN_TRANSIT_ON_TRACK": 0.2,
    "DEL.LOST.DELIVERED_NOT_RECEIVED": 0.05,
    "RET.HOWTO.RETURN_INSTRUCTIONS": 0.12,
    "REF.STATUS.REFUND_STATUS": 0.1,
    "PRD.INFO.PRODUCT_QUESTION": 0.13,
    "ABSTAIN": 0.09,
    "NO_REASON_STATED": 0.07,
    "WISMO.UNVERIFIED": 0.05,
    "CON.COMPLAINT.SERVICE_COMPLAINT": 0.05,
}
# metric -> name, direction, unit, usual value
RATES = {
    "M-01a": ("Technical containment", "up", "share", 0.74),
    "M-01b": ("Call containment rate", "up", "share", 0.63),
    "M-01c": ("Verified containment", "up", "share", 0.52),
    "M-02": ("Order-status calls resolved without a person", "up", "share", 0.71),
    "M-04": ("Repeat contact rate, same issue", "down", "share", 0.15),
    "M-04any": ("Repeat contact rate, any reason", "down", "share", 0.19),
    "M-06": ("Ticket creation rate", "down", "share", 0.17),
    "M-07a": ("No-ticket share", "up", "share", 0.78),
    "M-08": ("Escalation rate", "down", "share", 0.22),
    "M-32": ("On-time rate", "up", "share", 0.91),
}
OTHERS = {
    "M-10": ("Average handle time", "down", "seconds", 262.0),
    "M-11": ("Time from call to customer update", "down", "minutes", 410.0),
    "M-12": ("Refund and return escalations", "down", "calls", 31.0),
    "M-13": ("Contacts per order", "down", "contacts per order", 0.34),
    "M-30": ("Delivery exceptions opened", "down", "exceptions per shipment in flight", 0.08),
}

# metrics of further workflows: only some have data
FURTHER = {
    "M-20": ("Cart recovery rate", "up", "share", 0.2),
    "M-09c": ("Unauthorised promises", "down", "share", 0.01),
    "M-50": ("Duplicate side effects", "down", "share", 0.0),
    "M-49": ("Contradictory <messages>", "down", "share", None),
}
WORKFLOW_OF = {
    "M-30": "order_exception", "M-32": "order_exception", "M-20": "cart_recovery", "M-09c": "policy", "M-50": "policy",
    "M-49": "policy",
}  # fmt: skip
ZERO = ("M-09c", "M-50", "M-49")
FACTS = {
    "M-08": {"fact_table": "fct_calls", "week_column": "week_start_date", "numerator_sql": "is_escalated",
             "denominator_sql": "is_engaged_inbound"},
    "M-32": {"fact_table": "fct_shipments", "week_column": "promise_week_start_date", "numerator_sql": "is_on_time",
             "denominator_sql": "is_promise_due"},
}  # fmt: skip
KINDS = {"M-04": "survival", "M-04any": "survival", "M-10": "mean", "M-11": "duration",
         "M-12": "count", "M-13": "recurrence", "M-30": "rate"}  # fmt: skip
YOUNG = {"M-13": timedelta(weeks=4)}
WINDOWS = {"M-01c": 168, "M-04": 168, "M-04any": 168, "M-07a": 72, "M-11": 168, "M-13": 720}


def build(path: Path, as_of: str = "2026-08-17 06:00:00+00") -> Path:
    """Write the warehouse file and return its path."""
    con = duckdb.connect(str(path))
    con.execute("set timezone = 'UTC'")
    for statement in _DDL:
        con.execute(statement)
    con.execute(
        "insert into ops.run_context values ('run-0001', $as_of, 'Europe/Berlin', '0.1.0', "
        "'2026.1', 'words-1', 'a1b2c3')",
        {"as_of": as_of},
    )
    _insert(con, "marts.metric_weekly", _metric_rows(random.Random(7)))
    _insert(con, "marts.dim_metrics", _registry())
    _insert(con, "marts.dim_reason_codes", [_reason(code) for code in REASONS])
    _calls(con)
    _ops(con)
    con.close()
    return path


_METRIC_COLUMNS = (
    "metric_id varchar, metric_version integer, week_start_date date, slice_by varchar, "
    + ", ".join(f"{name} varchar" for name in DIMENSIONS)
    + ", numerator double, denominator double, value double, ci_low double, ci_high double, "
    "maturity varchar, is_rankable boolean, snapshot_id varchar, median double, p90 double, "
    "is_truncated boolean"
)
_DDL = [
    "create schema marts",
    "create schema ops",
    f"create table marts.metric_weekly ({_METRIC_COLUMNS})",
    "create table marts.dim_metrics (metric_id varchar, metric_version integer, "
    "metric_name varchar, formula varchar, direction varchar, unit varchar, grain varchar, "
    "source varchar, kind varchar, window_hours integer, is_published_provisional boolean, "
    "workflow varchar, fact_table varchar, week_column varchar, numerator_sql varchar, denominator_sql varchar, "
    "must_be_zero boolean)",
    "create table marts.dim_reason_codes (reason_code varchar, reason_kind varchar, l1 varchar, "
    "definition varchar, ops_owner varchar)",
    "create table marts.fct_calls (call_id varchar, week_start_date date, direction varchar, "
    "customer_id varchar, order_id varchar, carrier varchar, reason_status varchar, "
    "is_unique boolean, is_not_test boolean, is_connected boolean, is_person boolean, "
    "is_engaged boolean, region varchar, reason_code varchar, reason_evidence varchar, reason_confidence double, "
    "reason_claim varchar, is_engaged_inbound boolean, is_escalated boolean)",
    "create table marts.fct_shipments (shipment_id varchar, order_id varchar, carrier varchar, region varchar, "
    "promise_week_start_date date, is_promise_due boolean, is_on_time boolean)",
    "create table ops.run_context (run_id varchar, as_of timestamptz, reporting_timezone varchar, "
    "whycall_version varchar, taxonomy_version varchar, model_version varchar, "
    "snapshot_id varchar)",
    "create table ops.load_ledger (source varchar, file varchar, file_hash varchar, "
    "file_id bigint, size_bytes bigint, format varchar, loaded_at timestamptz, run_id varchar, "
    "rows_read bigint, rows_loaded bigint, rows_duplicate bigint, rows_superseded bigint, "
    "rows_quarantined bigint, status varchar, message varchar)",
    "create table ops.quarantine (source varchar, file varchar, file_hash varchar, "
    "row_number bigint, reason_code varchar, reason varchar, raw_row varchar, "
    "quarantined_at timestamptz, run_id varchar)",
    "create table ops.unknown_sources (path varchar, reason varchar, files bigint, run_id varchar)",
    "create table ops.schema_drift (source varchar, file varchar, column_name varchar, "
    "rows_with_value bigint, run_id varchar)",
]


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict]) -> None:
    con.register("new_rows", pa.Table.from_pylist(rows))
    con.execute(f"insert into {table} by name select * from new_rows")
    con.unregister("new_rows")


def _registry() -> list[dict]:
    return [
        {"metric_id": metric_id, "metric_version": 1, "metric_name": name,
         "formula": f"{name} in words", "direction": direction, "unit": unit, "grain": "call",
         "source": "fct_calls", "kind": KINDS.get(metric_id, "proportion"),
         "window_hours": WINDOWS.get(metric_id, 0),
         "is_published_provisional": metric_id not in ("M-01c", "M-07a"),
         "workflow": WORKFLOW_OF.get(metric_id, "order_support"),
         **FACTS.get(metric_id, dict.fromkeys(("fact_table", "week_column", "numerator_sql", "denominator_sql"))),
         "must_be_zero": metric_id in ZERO}
        for metric_id, (name, direction, unit, _) in (RATES | OTHERS | FURTHER).items()
    ]  # fmt: skip


def _reason(code: str) -> dict:
    is_leaf = code.count(".") == 2
    return {
        "reason_code": code,
        "reason_kind": "leaf" if is_leaf else "state",
        "l1": code.split(".")[0] if is_leaf else None,
        "definition": f"Asks about {code.split('.')[-1].lower().replace('_', ' ')}",
        "ops_owner": "carrier" if is_leaf else None,
    }


def metric_row(metric_id: str, week: date, slice_by: str, dims: dict, **figures) -> dict:
    """Return one row of metric_weekly; dimensions not named are '(all)'."""
    row = {"metric_id": metric_id, "metric_version": 1, "week_start_date": week,
           "slice_by": slice_by, **dict.fromkeys(DIMENSIONS, "(all)"), **dims,
           "numerator": None, "denominator": None, "value": None, "ci_low": None, "ci_high": None,
           "maturity": "final", "is_rankable": False, "snapshot_id": "a1b2c3", "median": None,
           "p90": None, "is_truncated": False, **figures}  # fmt: skip
    row["is_rankable"] = (row["denominator"] or 0) >= 30
    return row


def _proportion(metric_id: str, week: date, slice_by: str, dims: dict, n: int, k: int) -> dict:
    low, high = wilson(k, n) or (None, None)
    young = week >= WEEK
    row = metric_row(
        metric_id, week, slice_by, dims, numerator=k, denominator=n,
        value=k / n if n else None, ci_low=low, ci_high=high,
        maturity="provisional" if young and metric_id in ("M-01c", "M-04", "M-04any") else "final",
    )  # fmt: skip
    if row["maturity"] == "provisional" and metric_id == "M-01c":
        row |= {"value": None, "ci_low": None, "ci_high": None}
    elif row["maturity"] == "provisional" and row["value"]:
        row["value"] = row["value"] * 1.03
        row["is_truncated"] = dims.get("carrier") == "Tortoise"
    return row


def _metric_rows(rng: random.Random) -> list[dict]:
    rows = []
    for week in WEEKS:
        sizes = {
            (carrier, region): max(1, round(size * rng.uniform(0.85, 1.15)))
            for carrier, size in CARRIERS.items()
            for region in REGIONS
        }
        for metric_id in RATES:
            hits = {
                spot: sum(rng.random() < _rate(metric_id, spot[0], week) for _ in range(n)) for spot, n in sizes.items()
            }
            rows += _sliced(metric_id, week, sizes, hits)
        rows += _other_rows(week, sizes, rng)
        rows += _reason_rows(week, sizes, rng)
        rows += _further_rows(week, rng)
    return rows


def _rate(metric_id: str, carrier: str, week: date) -> float:
    usual = RATES[metric_id][3]
    if carrier != "Northway" or week < BAD_WEEK:
        return usual
    return {"M-32": 0.58, "M-08": 0.36, "M-01b": 0.47, "M-04": 0.27}.get(metric_id, usual)


def _sliced(metric_id: str, week: date, sizes: dict, hits: dict) -> list[dict]:
    def total(counts: dict, carrier: str | None = None, region: str | None = None) -> int:
        return sum(n for (c, r), n in counts.items() if carrier in (None, c) and region in (None, r))

    spots = [("all", {})]
    spots += [("carrier", {"carrier": c}) for c in CARRIERS]
    spots += [("region", {"region": r}) for r in REGIONS]
    spots += [("carrier+region", {"carrier": c, "region": r}) for c in CARRIERS for r in REGIONS]
    rows = [
        _proportion(metric_id, week, slice_by, dims, total(sizes, **dims), total(hits, **dims))
        for slice_by, dims in spots
    ]
    n, k = total(sizes), total(hits)
    return [
        *rows,
        _proportion(metric_id, week, "segment", {"segment": "consumer"}, n // 2, k // 2),
        _proportion(metric_id, week, "segment", {"segment": "business"}, n - n // 2, k - k // 2),
    ]


def _other_rows(week: date, sizes: dict, rng: random.Random) -> list[dict]:
    n = sum(sizes.values())
    rows = []
    spots = [("all", {}, n)]
    spots += [("carrier", {"carrier": c}, max(1, n * s // 250)) for c, s in CARRIERS.items()]
    for metric_id, (_, _, _, usual) in OTHERS.items():
        for slice_by, dims, calls in spots:
            value = usual * rng.uniform(0.93, 1.07)
            is_mean = metric_id in ("M-10", "M-11")
            rows.append(
                metric_row(
                    metric_id, week, slice_by, dims, denominator=calls, value=value,
                    numerator=None if metric_id == "M-11" else value if metric_id == "M-12"
                    else value * calls,
                    ci_low=value * 0.94 if is_mean else None,
                    ci_high=value * 1.06 if is_mean else None,
                    median=value * 0.8 if is_mean else None, p90=value * 2.3 if is_mean else None,
                    maturity="provisional" if week > WEEK - YOUNG.get(metric_id, timedelta(0))
                    else "final",
                )
            )  # fmt: skip
    return rows


def _further_rows(week: date, rng: random.Random) -> list[dict]:
    """Carts by segment; one unauthorised promise a week; no side effect twice; no message at all."""
    return [
        _proportion("M-20", week, "all", {}, 200, 40 if week < WEEK else 90),
        _proportion("M-20", week, "segment", {"segment": "consumer"}, 150, 45),
        _proportion("M-20", week, "segment", {"segment": "business"}, 50, 5),
        _proportion("M-20", week, "segment", {"segment": "rare"}, 3, 3),
        _proportion("M-20", week, "outcome", {"outcome": "recovered"}, 45, 45),
        _proportion("M-09c", week, "all", {}, 120, 1 + rng.randrange(2)),
        _proportion("M-50", week, "all", {}, 80, 0),
    ]


def _reason_rows(week: date, sizes: dict, rng: random.Random) -> list[dict]:
    counts: dict[tuple[str, str, str], int] = {}
    for (carrier, region), n in sizes.items():
        weights = dict(REASONS)
        if carrier == "Northway" and week >= BAD_WEEK:
            weights["DEL.LATE.PAST_PROMISE"] = 0.55
        for code in rng.choices(list(weights), list(weights.values()), k=n):
            counts[carrier, region, code] = counts.get((carrier, region, code), 0) + 1
    slices: dict[tuple, int] = {}
    for (carrier, region, code), n in counts.items():
        for key in (
            ("reason_code", "(all)", "(all)"),
            ("carrier+reason_code", carrier, "(all)"),
            ("region+reason_code", "(all)", region),
        ):
            slices[*key, code] = slices.get((*key, code), 0) + n
    return [
        _proportion("M-08", week, slice_by, {"carrier": c, "region": r, "reason_code": code}, n, n // 5)
        for (slice_by, c, r, code), n in slices.items()
    ]


def _calls(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
        insert into marts.fct_calls
        select
            'call-' || week || '-' || i, $first::date + 7 * week::integer, 'inbound',
            if(i % 10 = 0, null, 'c' || i), if(i % 4 = 0, null, 'o' || i),
            if(i % 3 = 0, 'unknown', if(i % 3 = 1, 'Bluebird', 'Northway')),
            ['accepted', 'accepted', 'abstained', 'accepted', 'no_reason_stated'][1 + i % 5],
            true, i % 50 <> 0, i % 25 <> 0, i % 25 <> 0, i % 5 <> 0,
            ['North', 'South', 'Coast'][1 + i % 7 % 3],
            case
                when i % 5 = 2 then 'ABSTAIN'
                when i % 5 = 4 then 'NO_REASON_STATED'
                when i % 3 = 2 and week >= 12 then 'DEL.LATE.PAST_PROMISE'
                else 'REF.STATUS.REFUND_STATUS'
            end,
            if(i % 5 = 2, null, 'my order 4711-0815-99 is late, write to me@shop.example or +49 170 1234567 <b>'),
            (i % 97) / 100, if(i % 2 = 0, 'confirmed', 'not_checkable'), i % 5 <> 0, i % 6 = 2
        from range(15) as weeks (week) cross join range(900) as calls (i)
        """,
        {"first": WEEKS[0]},
    )

    con.execute(
        """
        insert into marts.fct_shipments
        select 's-' || call_id, order_id, carrier, region, week_start_date, true, carrier <> 'Northway'
        from marts.fct_calls where order_id is not null
        """
    )


def _ops(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
        insert into ops.load_ledger
        select source, source || '/2026-08-' || lpad(i::varchar, 2, '0') || '.jsonl.gz', 'h', i, 1,
            'jsonl', now(), if(i > 9, 'run-0001', 'run-0000'), 1210, 1200, 6, 1, 3, 'loaded', ''
        from (values ('calls'), ('call_turns'), ('orders'), ('shipment_scans')) as s (source)
        cross join range(1, 11) as files (i)
        """
    )
    con.execute(
        """
        insert into ops.quarantine
        select 'calls', 'calls/<script>alert(1)</script>.csv', 'h', 17 + i, 'bad_timestamp',
            'not a time: SECRET-CONTENT', 'SECRET-CONTENT', now(), 'run-0001'
        from range(5) as rows (i)
        """
    )
    con.execute("insert into ops.unknown_sources values ('fax/', 'unknown source', 2, 'run-0001')")
    con.execute("insert into ops.schema_drift values ('calls', 'a.csv', 'mood', 44, 'run-0001')")
