"""The fingerprint of a batch, its job id, and what the command line does not pay for."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

from dagster_project.delivery.bigquery import partitions
from dagster_project.delivery.export import EXPORT_TABLES, ExportSource
from dagster_project.delivery.export.content import content_hash
from dagster_project.warehouse import Warehouse
from tests.dagster_project.bigquery.warehouse import WEEKS, publish

ROWS = [("a", 1, 0.1, None, True), ("b", 2, -0.0, date(2026, 1, 5), False)]
NAMES = ["name", "number", "value", "day", "flag"]


def test_the_order_of_rows_does_not_matter_and_a_row_twice_does():
    whole = content_hash(NAMES, ROWS)
    assert content_hash(NAMES, ROWS[::-1]) == whole
    assert content_hash(NAMES, [*ROWS, ROWS[0]]) != whole
    assert content_hash(NAMES, [*ROWS, ROWS[0], ROWS[0]]) != content_hash(NAMES, ROWS)
    assert content_hash([*NAMES[:-1], "other"], ROWS) != whole
    assert content_hash(NAMES, []) != content_hash(["x"], [])


def test_equal_values_are_equal_however_they_came():
    assert content_hash(["t"], [(0.0,)]) == content_hash(["t"], [(-0.0,)])
    berlin = datetime(2026, 1, 5, 1, tzinfo=timezone(timedelta(hours=1)))
    assert content_hash(["t"], [(berlin,)]) == content_hash(["t"], [(datetime(2026, 1, 5, tzinfo=UTC),)])
    assert content_hash(["t"], [("1",)]) != content_hash(["t"], [(1,)])
    assert content_hash(["t"], [("a", "b")]) != content_hash(["t"], [("a,b",)])


def bases(fake_target, folder):
    with Warehouse(folder).connect_published() as con:
        source = ExportSource(con)
        return [
            partitions.job_base(fake_target, batch)
            for table in EXPORT_TABLES
            for batch in source.batches(table, source.weeks())
        ]


def test_job_ids_depend_on_table_week_and_content_alone(place, folder):
    first = bases(place.target, folder)
    assert len(first) == len(set(first))
    assert bases(place.target, publish(folder, run="run-2")) == first
    changed = set(bases(place.target, publish(folder, run="run-3", extra=7))) - set(first)
    assert [base.rsplit("_", 1)[0] for base in changed] == [f"whycall_{place.dataset}_metric_weekly_{WEEKS[1]:%Y%m%d}"]


def test_other_commands_do_not_import_googles_client():
    code = "import sys, dagster_project.cli; sys.exit(any(name.startswith('google.cloud') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
