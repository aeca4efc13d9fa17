"""`whycall sql`: statements from a pipe and at a terminal, one-line errors, publications followed."""

import json
import os
import pty
import subprocess
import sys
import time

import pytest

from dagster_project.analysts.prompt import SqlPrompt
from dagster_project.analysts.statements import is_blank, is_complete
from dagster_project.warehouse import Warehouse
from tests.dagster_project.conftest import ROOT

COMMAND = [sys.executable, "-m", "dagster_project.cli", "sql"]


def piped(text: str, warehouse, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "--warehouse", str(warehouse), *options],
        input=text,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select 1;", True),
        ("select 1;  -- done", True),
        ("select 1", False),
        ("select ';'", False),
        ("select ';", False),
        ("select 'it''s;'", False),
        ('select 1 as "a;', False),
        ("select 1 -- ;", False),
        ("select 1 /* ; ", False),
        ("select 1 /* ; */ ;", True),
        ("select $$ ; $$", False),
        ("select $$ ; ", False),
        ("select $x$ ; $x$;", True),
        ("select 'a' || \"b\";", True),
        ("select '--';", True),
        ("select 1; select 2", False),
    ],
)
def test_a_statement_ends_at_its_own_semicolon(text, expected):
    assert is_complete(text) is expected


def test_comments_and_semicolons_alone_are_nothing():
    assert is_blank(" ;; -- hm\n/* ; */")
    assert not is_blank("select 1")


def test_a_pipe_of_several_lines_and_statements(published):
    done = piped("select 1 as a,\n  'x;y' as b;\nselect 2 as c; select 3 as d", published, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == [{"a": 1, "b": "x;y"}, {"c": 2}, {"d": 3}]
    assert done.stderr == ""


@pytest.mark.parametrize(
    "sql",
    [
        "select nonsense from marts.fct_calls;",
        "selec 1;",
        "delete from marts.fct_calls;",
        "create table marts.mine as select 1;",
        "select * from read_csv('README.md');",
        "copy (select 1) to 'out.csv';",
        "attach 'other.duckdb';",
        "install httpfs;",
        "set enable_external_access = true;",
        "\\nonsense",
        "\\d nonsense",
    ],
)
def test_an_error_is_one_line_and_the_next_statement_runs(published, sql):
    done = piped(f"{sql}\nselect 7 as seven;\n", published, "--format", "csv")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("whycall: ")
    assert done.stdout.split() == ["seven", "7"]


def test_tables_and_columns_are_explained(published):
    tables = piped("\\d", published).stdout
    assert "marts.fct_calls " in tables
    assert "One row per call." in tables
    columns = piped("\\help marts.fct_contacts", published).stdout
    assert "repeat_same_issue" in columns
    assert "Monday of the ISO week" in columns
    assert "select" in piped("\\e 1", published).stdout
    assert "\\d TABLE" in piped("\\help\n\\q\nselect broken;", published).stdout


def test_nothing_published_is_one_line(tmp_path):
    done = piped("select 1;", tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("whycall: nothing published")


def test_a_publication_in_between_is_followed(tmp_path, capsys):
    warehouse = Warehouse(tmp_path)

    def publish(value: int) -> None:
        warehouse.start_build()
        with warehouse.connect_build() as con:
            con.execute(f"create or replace table answer as select {value} as value")
        warehouse.publish(f"r{value}", keep=1)

    def lines():
        publish(1)
        yield "from answer;"
        publish(2)
        yield "from answer;"

    publish(0)
    assert SqlPrompt(warehouse, "csv").run(lines()) == 0
    shown = capsys.readouterr()
    assert shown.out.split() == ["value", "1", "value", "2"]
    assert shown.err.count("a new version was published") == 2


def test_a_terminal_has_a_prompt_a_history_and_ends_with_ctrl_d(published, tmp_path):
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "--warehouse", str(published)],
        stdin=child,
        stdout=child,
        stderr=child,
        cwd=ROOT,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path), "TERM": "dumb"},
        start_new_session=True,
    )
    os.close(child)
    seen = ""

    def until(words: str, seconds: float = 60) -> None:
        nonlocal seen
        end = time.monotonic() + seconds
        while words not in seen:
            assert time.monotonic() < end, seen
            seen += os.read(parent, 4096).decode(errors="replace")
        seen = seen.split(words, 1)[1]

    try:
        until("whycall> ")
        os.write(parent, b"select 40 + 2\n")
        until("      -> ")
        os.write(parent, b"as answer;\n")
        until("42")
        until("whycall> ")
        os.write(parent, b"select broken;\n")
        until("whycall: Binder Error")
        until("whycall> ")
        os.write(parent, b"\x04")
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(parent)
    history = tmp_path / "whycall" / "sql_history"
    assert "as answer;" in history.read_text()
    assert history.stat().st_mode & 0o777 == 0o600
