"""Every final figure that changes is written down with both values and the reason."""

from datetime import date

import duckdb
import pytest

from dagster_project.delivery.restatements import write_restatements

COLUMNS = """
    metric_id varchar, metric_version varchar, week_start_date date, slice_by varchar,
    source varchar, segment varchar, owner varchar, outcome varchar, carrier varchar,
    region varchar, warehouse varchar, product_category varchar, delivery_stage varchar,
    reason_code varchar, phase varchar, denominator bigint, value double, maturity varchar, snapshot_id varchar
"""


def world(path, value, maturity="final", carrier="(all)", version="1", model="m1"):
    con = duckdb.connect(str(path))
    con.execute(
        f"""
        create schema marts;
        create schema ops;
        create table ops.changed_keys (entity varchar, key varchar);
        create table ops.run_context as
        select 'run' as run_id, timestamptz '2026-01-20' as as_of, 'UTC' as reporting_timezone,
            '0.1' as whycall_version, '{model}' as model_version, 'snap' as snapshot_id;
        create table marts.metric_weekly ({COLUMNS});
        """
    )
    con.execute(
        "insert into marts.metric_weekly values ('M-04', ?, ?, 'carrier', '(all)', '(all)', "
        "'(all)', '(all)', ?, '(all)', '(all)', '(all)', '(all)', '(all)', '(all)', 40, ?, ?, 'snap')",
        [version, date(2026, 1, 5), carrier, value, maturity],
    )
    return con


@pytest.fixture
def changes(tmp_path):
    def compare(before, after):
        world(tmp_path / "published.duckdb", **before).close()
        con = world(tmp_path / "build.duckdb", **after)
        count = write_restatements(con, tmp_path / "published.duckdb")
        rows = con.execute("select as_published, as_now_known, why from ops.restatements").fetchall()
        con.close()
        assert count == len(rows)
        return rows

    return compare


def test_the_same_figure_is_no_restatement(changes):
    assert changes({"value": 0.2}, {"value": 0.2 + 1e-12}) == []


def test_a_changed_final_figure_is_written_down(changes):
    assert changes({"value": 0.2}, {"value": 0.25}) == [(0.2, 0.25, "late or corrected data")]


def test_a_provisional_figure_is_expected_to_move(changes):
    assert changes({"value": 0.2, "maturity": "provisional"}, {"value": 0.25}) == []


def test_a_vanished_cell_is_a_restatement(changes):
    rows = changes({"value": 0.2, "carrier": "A"}, {"value": 0.2, "carrier": "B"})
    assert rows == [(0.2, None, "late or corrected data")]


def test_the_reason_names_a_new_definition_and_a_new_model(changes, tmp_path):
    assert changes({"value": 0.2}, {"value": 0.3, "version": "2"})[0][2] == ("new version of the definition")


def test_the_reason_names_a_new_model(changes):
    assert changes({"value": 0.2}, {"value": 0.3, "model": "m2"})[0][2] == "new model version"


def test_the_first_publication_restates_nothing(tmp_path):
    con = world(tmp_path / "build.duckdb", value=0.2)
    assert write_restatements(con, None) == 0
    con.close()
