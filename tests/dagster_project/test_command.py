"""The `whycall` command on a generated shop: exit codes, messages, one publication at a time."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.dagster_project.conftest import whycall

TABLES = [
    "dim_reason_codes",
    "dim_carriers",
    "dim_regions",
    "dim_segments",
    "dim_weeks",
    "dim_metrics",
    "fct_calls",
    "fct_contacts",
    "fct_tickets",
    "fct_orders",
    "fct_shipments",
    "fct_shipment_exceptions",
    "fct_call_reasons",
    "review_queue",
    "fct_reason_decisions",
    "reviewer_agreement",
    "audited_precision_weekly",
    "reason_shares_weekly",
    "classifier_drift_weekly",
    "claim_checks_weekly",
    "emerging_themes",
    "dim_reason_bridge",
    "metric_weekly",
]
METRICS = {
    "M-01a",
    "M-01b",
    "M-01c",
    "M-02",
    "M-04",
    "M-04any",
    "M-06",
    "M-07a",
    "M-08",
    "M-10",
    "M-11",
    "M-12",
    "M-13",
    "M-30",
    "M-32",
}


def rows(folder: Path, sql: str) -> list[tuple]:
    con = duckdb.connect(str((folder / "whycall.duckdb").resolve()), read_only=True)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


def content(folder: Path) -> dict[str, int]:
    """Return a hash of each mart; the run's own id and clock are not in them."""
    sql = " union all ".join(f"select '{table}', bit_xor(hash(t)) from marts.{table} as t" for table in TABLES)
    return dict(rows(folder, sql))


def test_everything_of_the_contract_is_there(published):
    found = {
        name
        for (name,) in rows(
            published,
            "select table_name from information_schema.tables where table_schema = 'marts'",
        )
    }
    assert set(TABLES) <= found
    assert {name for (name,) in rows(published, "select distinct metric_id from marts.metric_weekly")} >= METRICS
    ops = {
        name
        for (name,) in rows(published, "select table_name from information_schema.tables where table_schema = 'ops'")
    }
    assert {"load_ledger", "quarantine", "runs", "restatements"} <= ops
    assert rows(published, "select status from ops.runs") == [("published",)]


def test_the_report_lies_where_the_contract_says(published):
    (week,) = rows(
        published,
        "select max(week_start_date)::varchar from marts.dim_weeks "
        "where week_start_date + interval 7 day <= (select as_of from ops.run_context)",
    )[0]
    assert (published / "reports" / f"weekly_{week}.html").exists()


def test_a_second_run_with_nothing_new_changes_nothing(shop, copy_of_published):
    before = (copy_of_published / "whycall.duckdb").resolve().name
    done = whycall("run", "--landing", shop / "landing", "--warehouse", copy_of_published)
    assert done.code == 0
    assert "nothing new" in done.out
    assert (copy_of_published / "whycall.duckdb").resolve().name == before


def test_a_forced_second_run_gives_the_same_content(shop, published, copy_of_published):
    done = whycall("run", "--landing", shop / "landing", "--warehouse", copy_of_published, "--force")
    assert done.code == 0, done.err
    assert content(copy_of_published) == content(published)
    assert rows(copy_of_published, "select count(*) from ops.restatements") == [(0,)]


def test_a_failed_check_publishes_nothing_and_says_which(shop, copy_of_published):
    """A column of the published file is damaged so that a blocking check of the next run fails."""
    version = (copy_of_published / "whycall.duckdb").resolve()
    con = duckdb.connect(str(version))
    con.execute("update ops.load_ledger set rows_loaded = rows_loaded + 1 where source = 'owners'")
    con.close()
    done = whycall("run", "--landing", shop / "landing", "--warehouse", copy_of_published, "--force")
    assert done.code == 1
    assert "rows were read but" in done.err
    assert "still stands" in done.err
    assert "Traceback" not in done.err
    assert (copy_of_published / "whycall.duckdb").resolve() == version
    last = json.loads((copy_of_published / "runs.jsonl").read_text().splitlines()[-1])
    assert last["status"] == "failed"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--landing", "no/such/folder", "--warehouse", "{tmp}"], "landing folder not found"),
        (["--landing", "{shop}", "--warehouse", "{tmp}", "--as-of", "noon"], "ISO 8601"),
        (["--landing", "{shop}", "--warehouse", "{tmp}", "--timezone", "Mars"], "time zone"),
        (["--landing", "{empty}", "--warehouse", "{tmp}"], "--as-of"),
        (["--landing", "{shop}"], "--warehouse"),
        (["--landing", "{shop}", "--warehouse", "{tmp}", "--as-of", ""], "ISO 8601"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(shop, tmp_path, arguments, words):
    empty = tmp_path / "empty"
    empty.mkdir()
    places = {"{tmp}": tmp_path / "out", "{shop}": shop / "landing", "{empty}": empty}
    done = whycall("run", *(places.get(item, item) for item in arguments))
    assert done.code == 2
    complaints = [line for line in done.err.splitlines() if line.startswith("whycall: ")]
    assert [words in line for line in complaints] == [True]
    assert done.err.splitlines()[-1] == complaints[0]
    assert "Traceback" not in done.err
    assert not (tmp_path / "out" / "whycall.duckdb").exists()


def test_query_appends_to_what_standard_output_points_to(published, tmp_path):
    target = tmp_path / "kept.csv"
    target.write_text("precious\n")
    with target.open("a") as out:
        command = [sys.executable, "-m", "dagster_project.cli", "query", "select 1 as x, 2 as x", "--format", "csv"]
        subprocess.run([*command, "--warehouse", published], stdout=out, check=True)
    assert target.read_text() == "precious\nx,x_1\n1,2\n"


def test_query_formats(published, tmp_path):
    sql = "select count(*) as calls from marts.fct_calls"
    table = whycall("query", sql, "--warehouse", published)
    assert table.code == 0
    assert "calls" in table.out
    (count,) = rows(published, sql)[0]
    text = whycall("query", sql, "--warehouse", published, "--format", "csv")
    assert text.out.split() == ["calls", str(count)]
    lines = whycall("query", sql, "--warehouse", published, "--format", "json")
    assert json.loads(lines.out) == {"calls": count}
    target = tmp_path / "calls.parquet"
    done = whycall("query", sql, "--warehouse", published, "--format", "parquet", "--output", target)
    assert done.code == 0
    assert duckdb.sql(f"select calls from '{target}'").fetchall() == [(count,)]


@pytest.mark.parametrize(
    "sql",
    [
        "delete from marts.fct_calls",
        "select * from read_csv('/etc/passwd')",
        "copy (select 1) to 'out.csv'",
        "select 1; select 2",
        "select nonsense from marts.fct_calls",
    ],
)
def test_query_is_read_only_and_says_why(published, sql):
    done = whycall("query", sql, "--warehouse", published)
    assert done.code == 2
    assert done.err.startswith("whycall: ")
    assert "Traceback" not in done.err


def test_status_shows_runs_sources_and_quarantine(published):
    done = whycall("status", "--warehouse", published)
    assert done.code == 0
    for word in ("published", "calls", "shipment_scans", "Quarantine"):
        assert word in done.out


def test_commands_before_the_first_run_say_what_to_do(tmp_path):
    for command in (["status"], ["query", "select 1"]):
        done = whycall(*command, "--warehouse", tmp_path)
        assert done.code == 2
        assert "nothing published" in done.err


def test_classify_reads_texts_and_turns(tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text(
        '{"id": "a", "text": "where is my parcel, it should have been here on monday"}\n'
        '{"id": "b", "turns": [{"speaker": "ai", "text": "Hello"}, '
        '{"speaker": "customer", "text": "I want to cancel my order please"}]}\n'
    )
    done = whycall("classify", source)
    assert done.code == 0, done.err
    found = [json.loads(line) for line in done.out.splitlines()]
    assert [item["id"] for item in found] == ["a", "b"]
    assert found[0]["code"] == "WISMO"
    assert found[1]["code"] == "ORD.CHANGE.CANCEL"
    assert found[1]["span"]["turn_no"] == 2
    assert set(found[0]) == {"id", "code", "codes", "group", "confidence", "status", "span", "top3"}


def test_instalments_give_the_same_marts(shop, published, tmp_path):
    """Half of the files first, then all: the same figures as at once."""
    landing = tmp_path / "landing"
    files = sorted(path for path in (shop / "landing").rglob("*") if path.is_file())
    as_of = rows(published, "select strftime(as_of, '%Y-%m-%dT%H:%M:%SZ') from ops.run_context")
    for part in (files[::2], files):
        for path in part:
            target = landing / path.relative_to(shop / "landing")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        done = whycall("run", "--landing", landing, "--warehouse", tmp_path / "out", "--as-of", as_of[0][0])
        assert done.code == 0, done.err
    assert content(tmp_path / "out") == content(published)
