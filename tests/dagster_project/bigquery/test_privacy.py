"""What leaves is an allow-list: no transcript, name or identifier, and no small cell."""

import duckdb
import pytest

from dagster_project.delivery.export import EXPORT_TABLES, DeliveryError, ExportSource, export_files
from dagster_project.warehouse import Warehouse
from tests.dagster_project.bigquery.warehouse import WEEKS

ALLOWED = {
    "dim_metrics": "metric_id metric_version metric_name formula direction unit grain source kind window_hours "
    "is_published_provisional dimensions",
    "metric_weekly": "metric_id metric_version week_start_date slice_by source segment owner outcome carrier region "
    "warehouse product_category delivery_stage reason_code phase numerator denominator value ci_low ci_high maturity "
    "is_rankable median p90 sd is_truncated is_suppressed",
    "reason_shares": "week_start_date slice_by carrier region warehouse reason_code reason_kind l1 ops_owner calls "
    "calls_of_slice share maturity is_suppressed",
    "restatements": "metric_id metric_version week_start_date slice_by slice as_published as_now_known why "
    "published_snapshot_id snapshot_id run_id restated_at is_suppressed",
}
NUMBERS = ("numerator", "denominator", "value", "ci_low", "ci_high", "median", "p90", "sd")


def exported(folder, table: str, floor: int = 5) -> list[dict]:
    (found,) = [item for item in EXPORT_TABLES if item.name == table]
    with Warehouse(folder).connect_published() as con:
        source = ExportSource(con, floor)
        return [row for batch in source.batches(found, source.weeks()) for row in batch.rows.to_pylist()]


def change(folder, sql: str) -> None:
    con = duckdb.connect(str((folder / "whycall.duckdb").resolve()))
    con.execute(sql)
    con.close()


def test_the_columns_that_leave_are_these_and_no_others(folder):
    assert {table.name: {column.name for column in table.columns} for table in EXPORT_TABLES} == {
        name: set(columns.split()) for name, columns in ALLOWED.items()
    }
    for table in EXPORT_TABLES:
        assert all(set(row) == set(ALLOWED[table.name].split()) for row in exported(folder, table.name))


def test_small_cells_show_neither_counts_nor_values(folder):
    rows = exported(folder, "metric_weekly")
    small = [row for row in rows if row["is_suppressed"]]
    assert {row["carrier"] for row in small} == {"Tortoise", "(all)"}
    assert all(row[name] is None for row in small for name in NUMBERS)
    assert all(row["denominator"] >= 5 for row in rows if not row["is_suppressed"])
    assert len(rows) == len(exported(folder, "metric_weekly", floor=0))


def test_the_floor_can_be_moved(folder):
    assert not any(row["is_suppressed"] for row in exported(folder, "metric_weekly", floor=3))
    assert min(row["denominator"] for row in exported(folder, "metric_weekly", floor=41) if row["denominator"]) >= 41


def test_nobody_is_no_small_cell(folder):
    change(folder, "update marts.metric_weekly set denominator = 0, value = null where carrier = 'Tortoise'")
    zero = [row for row in exported(folder, "metric_weekly") if row["carrier"] == "Tortoise"]
    assert {(row["denominator"], row["is_suppressed"]) for row in zero} == {(0, False)}


def test_reason_shares_are_those_of_the_published_denominators(folder):
    rows = [row for row in exported(folder, "reason_shares", floor=0) if row["week_start_date"] == WEEKS[0]]
    whole = {row["reason_code"]: row for row in rows if row["slice_by"] == "all"}
    assert whole["DEL.LATE.PAST_PROMISE"]["calls"] == 94
    assert whole["DEL.LATE.PAST_PROMISE"]["calls_of_slice"] == 134
    assert whole["DEL.LATE.PAST_PROMISE"]["share"] == pytest.approx(94 / 134)
    assert whole["DEL.LATE.PAST_PROMISE"]["ops_owner"] == "carrier"
    for place in {(row["slice_by"], row["carrier"], row["region"]) for row in rows}:
        cells = [row for row in rows if (row["slice_by"], row["carrier"], row["region"]) == place]
        assert sum(row["share"] for row in cells) == pytest.approx(1)
    small = [row for row in exported(folder, "reason_shares") if row["carrier"] == "Tortoise"]
    assert {(row["calls"], row["calls_of_slice"], row["share"]) for row in small} == {(None, None, None)}


@pytest.mark.parametrize(
    ("published", "known", "is_shown"), [(100, 100, True), (3, 100, False), (100, 3, False), ("null", 100, False)]
)
def test_a_restatement_of_a_small_cell_tells_nothing(folder, published, known, is_shown):
    change(
        folder,
        "insert into ops.restatements select 'M-08', '1', date '2026-01-12', 'carrier', '(all)|Bluebird', 0.25, 0.5, "
        f"'late', 's1', 's2', 'run-1', now(), {published}, {known}",
    )
    (row,) = exported(folder, "restatements")
    assert (row["as_published"] is not None, row["as_now_known"] is not None) == (is_shown, is_shown)
    assert row["is_suppressed"] is not is_shown


@pytest.mark.parametrize("value", ["jane.doe@example.com", "+49 170 123 45 67", "line one\nline two", "x" * 300])
def test_a_label_that_is_no_label_stops_the_batch_and_is_not_repeated(folder, value):
    change(folder, f"update marts.metric_weekly set owner = '{value}' where carrier = 'Northway'")
    with pytest.raises(DeliveryError, match=r"metric_weekly\.owner") as caught:
        exported(folder, "metric_weekly")
    assert value not in str(caught.value)


@pytest.mark.requirement("SD087")
def test_nothing_of_customers_calls_or_orders_is_in_an_export_of_a_whole_shop(published, tmp_path):
    """Identifiers and words of the generated shop are looked for in the bytes that would leave."""
    with Warehouse(published).connect_published() as con:
        source = ExportSource(con)
        export_files(source, tmp_path, "csv", source.weeks()[-4:])
        secrets = con.execute(
            "select distinct unnest([call_id, customer_id, order_id, reason_evidence]) from marts.fct_calls"
        ).fetchall()
    leaving = b"\n".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()).decode()
    assert len(leaving) > 100_000
    words = set(leaving.replace('"', ",").replace("\n", ",").split(","))
    found = [value for (value,) in secrets if value and (value in words or (len(value) > 25 and value in leaving))]
    assert found == []
