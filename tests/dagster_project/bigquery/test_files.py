"""The same batches as Parquet and CSV, and the command with its exit codes."""

import csv
import json

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from dagster_project.cli import main
from tests.dagster_project.bigquery.test_privacy import change, exported
from tests.dagster_project.bigquery.warehouse import WEEKS, publish


def whycall(*arguments, **environment):
    return CliRunner().invoke(main, ["export", *map(str, arguments)], env=environment)


def test_parquet_holds_what_bigquery_gets(folder, tmp_path):
    done = whycall("parquet", "--warehouse", folder, "--output", tmp_path / "out")
    assert done.exit_code == 0, done.output
    path = tmp_path / "out" / "metric_weekly" / f"metric_weekly_{WEEKS[0]}.parquet"
    expected = [row for row in exported(folder, "metric_weekly") if row["week_start_date"] == WEEKS[0]]
    assert pq.read_table(path).to_pylist() == expected
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["files"][f"metric_weekly/metric_weekly_{WEEKS[0]}.parquet"]["rows"] == len(expected)


def test_again_changes_nothing_and_a_restated_week_changes_one_file(folder, tmp_path):
    command = ("parquet", "--warehouse", folder, "--output", tmp_path / "out")
    whycall(*command)
    assert "0 files changed" in whycall(*command).output
    publish(folder, run="run-2", extra=7)
    assert "1 files would change" in whycall(*command, "--dry-run").output
    assert "1 files changed" in whycall(*command).output
    change(folder, f"delete from marts.metric_weekly where week_start_date = '{WEEKS[0]}'")
    whycall(*command)
    assert not (tmp_path / "out" / "metric_weekly" / f"metric_weekly_{WEEKS[0]}.parquet").exists()
    assert "0 files changed" in whycall(*command).output


def test_csv_reads_back_and_formulas_are_texts(folder, tmp_path):
    change(folder, "update marts.metric_weekly set carrier = '=cmd()' where carrier = 'Northway'")
    done = whycall("csv", "--warehouse", folder, "--output", tmp_path, "--weeks", "last:1")
    assert done.exit_code == 0, done.output
    with (tmp_path / "metric_weekly" / f"metric_weekly_{WEEKS[2]}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["carrier"] for row in rows} >= {"'=cmd()", "Bluebird"}
    count = duckdb.sql(f"select count(*) from read_csv('{tmp_path}/metric_weekly/*.csv')").fetchone()
    assert count == (len(rows),)
    assert len(list((tmp_path / "metric_weekly").iterdir())) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["csv", "--warehouse", "{none}", "--output", "{tmp}"], "nothing published"),
        (["csv", "--warehouse", "{folder}", "--output", "{file}"], "--output"),
        (["csv", "--warehouse", "{folder}", "--output", "{tmp}", "--weeks", "2026-01-06"], "no Monday"),
        (["bigquery", "--warehouse", "{folder}", "--project", "No Project", "--dataset", "d"], "--project"),
        (["bigquery", "--warehouse", "{folder}", "--project", "test-project"], "--dataset"),
        (["bigquery", "--warehouse", "{folder}", "--project", "test-project", "--dataset", "d"], "credentials"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(folder, tmp_path, monkeypatch, arguments, words):
    (tmp_path / "file").write_text("")
    places = {"{none}": "none", "{folder}": "warehouse", "{file}": "file", "{tmp}": "out"}
    monkeypatch.setenv("HOME", str(tmp_path))
    nobody = {"GOOGLE_APPLICATION_CREDENTIALS": None, "NO_GCE_CHECK": "true", "BIGQUERY_EMULATOR_HOST": None}
    done = whycall(*(tmp_path / places[item] if item in places else item for item in arguments), **nobody)
    assert done.exit_code == 2
    assert words in done.output
    assert "Traceback" not in done.output


def test_an_older_warehouse_says_what_to_do(folder, tmp_path):
    change(folder, "alter table ops.restatements drop column denominator_as_published")
    done = whycall("csv", "--warehouse", folder, "--output", tmp_path / "out")
    assert done.exit_code == 2
    assert "--force" in done.output


def test_the_command_delivers_to_bigquery(fake, folder):
    command = ("bigquery", "--warehouse", folder, "--project", "test-project", "--dataset", "whycall")
    done = whycall(*command)
    assert done.exit_code == 0, done.output
    assert "7 of 10 batches loaded" in done.output
    assert "0 of 10 batches loaded" in whycall(*command).output
    fake.jobs.fail_next = [("invalid", "bad rows")]
    publish(folder, run="run-2", extra=7)
    failed = whycall(*command)
    assert failed.exit_code == 1
    assert "bad rows" in failed.output
    assert "1 of 10" in whycall(*command).output
