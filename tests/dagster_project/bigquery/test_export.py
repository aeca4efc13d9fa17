"""Exactly one copy of each week: first, again, restated, restated back, gone, with a new column."""

import json
from dataclasses import replace

import duckdb
import pytest
from google.cloud import bigquery

from dagster_project.delivery.bigquery import export as export_module
from dagster_project.delivery.export import EXPORT_TABLES, ExportSource, parse_weeks
from dagster_project.delivery.export.columns import mart_columns
from dagster_project.settings import ConfigurationError
from dagster_project.warehouse import Warehouse
from tests.dagster_project.bigquery.warehouse import WEEKS, publish

TABLES = [table.name for table in EXPORT_TABLES]


def content(place) -> dict[str, list[dict]]:
    return {name: place.rows(name) for name in TABLES}


def published(folder, floor=5) -> dict[str, list[dict]]:
    """Return what the warehouse says must stand, by the same SQL, without BigQuery."""
    with Warehouse(folder).connect_published() as con:
        source = ExportSource(con, floor)
        found = {
            table.name: [row for batch in source.batches(table, source.weeks()) for row in batch.rows.to_pylist()]
            for table in EXPORT_TABLES
        }
    return {name: sorted(rows, key=lambda row: repr(list(row.values()))) for name, rows in found.items()}


@pytest.mark.requirement("SD071")
def test_first_export_makes_tables_and_delivers_every_week(place, folder):
    done = place.export(folder)
    assert set(done.values()) == {"loaded"}
    assert len(done) == 1 + 3 + 3
    assert content(place) == published(folder)
    assert {row["week_start_date"] for row in place.rows("metric_weekly")} == set(WEEKS)


def test_tables_say_what_they_hold(place, folder):
    place.export(folder)
    for table in EXPORT_TABLES:
        found = place.table(table.name)
        assert found.description == table.description
        assert [(field.name, field.description) for field in found.schema] == [
            (column.name, column.description) for column in table.columns
        ]
    weekly = place.table("metric_weekly")
    assert (weekly.time_partitioning.type_, weekly.time_partitioning.field) == ("DAY", "week_start_date")
    assert weekly.clustering_fields == ["metric_id", "slice_by"]
    (carrier,) = mart_columns("metric_weekly", "carrier")
    assert carrier.description in [field.description for field in weekly.schema]


def test_the_same_weeks_again_change_nothing(place, folder):
    place.export(folder)
    before, ledger = content(place), place.ledger()
    publish(folder, run="run-2")
    assert set(place.export(folder).values()) == {"unchanged"}
    assert (content(place), place.ledger()) == (before, ledger)


def test_of_a_restated_week_exactly_the_changed_rows_differ(place, folder):
    place.export(folder)
    before = content(place)
    expected_before = published(folder)
    publish(folder, run="run-2", extra=7, restated=True)
    done = place.export(folder)
    assert [name for name, action in done.items() if action == "loaded"] == [
        f"metric_weekly {WEEKS[1]}",
        f"restatements {WEEKS[1]}",
    ]
    changed = [row for row in place.rows("metric_weekly") if row not in before["metric_weekly"]]
    assert changed == [row for row in published(folder)["metric_weekly"] if row not in expected_before["metric_weekly"]]
    assert changed
    assert {(row["week_start_date"], row["metric_id"], row["carrier"]) for row in changed} == {
        (WEEKS[1], "M-08", "Bluebird")
    }
    assert len(place.rows("metric_weekly")) == len(before["metric_weekly"])


def test_a_week_restated_and_restated_back_ends_as_it_began(place, folder):
    place.export(folder)
    before = content(place)
    for run, extra in (("run-2", 7), ("run-3", 0), ("run-4", 7), ("run-5", 0)):
        publish(folder, run=run, extra=extra)
        done = place.export(folder)
        assert done[f"metric_weekly {WEEKS[1]}"] == "loaded"
    assert content(place) == before
    hashes = [entry[2] for entry in place.ledger() if entry[:2] == ("metric_weekly", WEEKS[1])]
    assert len(hashes) == 5
    assert hashes[0::2] == [hashes[0]] * 3
    assert hashes[1::2] == [hashes[1]] * 2


def test_a_week_that_is_no_longer_published_is_emptied(place, folder):
    place.export(folder)
    version = (folder / "whycall.duckdb").resolve()
    con = duckdb.connect(str(version))
    con.execute("delete from marts.metric_weekly where week_start_date = $week", {"week": WEEKS[0]})
    con.close()
    place.export(folder)
    assert {row["week_start_date"] for row in place.rows("metric_weekly")} == set(WEEKS[1:])
    assert set(place.export(folder).values()) == {"unchanged"}


def test_chosen_weeks_leave_the_others_alone(place, folder):
    done = place.export(folder, weeks=parse_weeks("last:1", WEEKS))
    assert {name.split()[-1] for name in done} == {"dim_metrics", str(WEEKS[2])}
    assert {row["week_start_date"] for row in place.rows("reason_shares")} == {WEEKS[2]}


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        (None, WEEKS),
        ("last:2", WEEKS[1:]),
        ("2026-01-19,2026-01-05", [WEEKS[0], WEEKS[2]]),
        ("2026-01-12..2026-12-28", WEEKS[1:]),
    ],
)
def test_weeks_are_asked_for_in_words(text, weeks):
    assert parse_weeks(text, WEEKS) == weeks


@pytest.mark.parametrize(
    ("text", "words"), [("2026-01-06", "2026-01-05 is"), ("monday", "not a date"), ("2027-01-04", "published")]
)
def test_weeks_that_cannot_be_are_refused(text, words):
    with pytest.raises(ConfigurationError, match=words):
        parse_weeks(text, WEEKS)


def test_a_dry_run_looks_and_changes_nothing(place, folder):
    done = place.export(folder, dry_run=True)
    assert set(done.values()) == {"loaded"}
    assert list(place.target.client.list_tables(place.dataset)) == []
    assert not place.copy(folder).exists()
    place.export(folder)
    before, ledger = content(place), place.copy(folder).read_text()
    publish(folder, run="run-2", extra=7)
    done = place.export(folder, dry_run=True)
    assert [name for name, action in done.items() if action == "loaded"] == [f"metric_weekly {WEEKS[1]}"]
    assert (content(place), place.copy(folder).read_text()) == (before, ledger)


def test_the_ledger_beside_the_warehouse_is_that_of_bigquery(place, folder):
    place.export(folder)
    lines = [json.loads(line) for line in place.copy(folder).read_text().splitlines()]
    remote = place.rows("bq_export_batches")
    assert sorted(line["batch_id"] for line in lines) == sorted(row["batch_id"] for row in remote)
    assert {line["run_id"] for line in lines} == {"run-1"}
    rows = duckdb.sql(f"select sum(row_count) from read_json('{place.copy(folder)}')").fetchone()
    assert rows == (sum(len(found) for found in content(place).values()),)
    place.copy(folder).unlink()
    place.export(folder)
    assert [json.loads(line) for line in place.copy(folder).read_text().splitlines()] == lines


def test_a_lost_ledger_is_written_again_without_loading(place, folder):
    place.export(folder)
    ledger = place.ledger()
    place.target.client.delete_table(place.target.reference("bq_export_batches"))
    assert set(place.export(folder).values()) == {"unchanged"}
    assert sorted(place.ledger(), key=repr) == sorted(ledger, key=repr)


def without(table, *names):
    return replace(table, columns=tuple(column for column in table.columns if column.name not in names))


def test_a_new_column_is_added_and_filled(place, folder, monkeypatch):
    older = tuple(without(table, "sd", "share") for table in EXPORT_TABLES)
    monkeypatch.setattr(export_module, "EXPORT_TABLES", older)
    place.export(folder)
    monkeypatch.setattr(export_module, "EXPORT_TABLES", EXPORT_TABLES)
    place.export(folder)
    assert [field.name for field in place.table("metric_weekly").schema][-1] == "sd"
    assert {row["share"] is None for row in place.rows("reason_shares")} == {True, False}
    assert set(place.export(folder).values()) == {"unchanged"}


def test_a_column_of_somebody_else_is_not_emptied(place, folder):
    place.export(folder)
    table = place.table("metric_weekly")
    table.schema = [*table.schema, bigquery.SchemaField("target", "FLOAT")]
    place.target.client.update_table(table, ["schema"])
    with pytest.raises(ConfigurationError, match="target"):
        place.export(folder)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ([bigquery.SchemaField("metric_id", "STRING")], "not partitioned"),
        ([bigquery.SchemaField("week_start_date", "DATE"), bigquery.SchemaField("value", "STRING")], "value is"),
    ],
)
def test_a_table_of_another_form_is_refused(place, folder, fields, words):
    table = bigquery.Table(place.target.reference("metric_weekly"), schema=fields)
    if len(fields) > 1:
        table.time_partitioning = bigquery.TimePartitioning("DAY", field="week_start_date")
    place.target.client.create_table(table)
    with pytest.raises(ConfigurationError, match=words):
        place.export(folder)
