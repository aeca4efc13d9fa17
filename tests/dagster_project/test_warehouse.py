"""The warehouse folder: one writer, readers never locked out, nothing half-published."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dagster_project.settings import ConfigurationError
from dagster_project.warehouse import Warehouse


def build_and_publish(warehouse: Warehouse, run_id: str, value: int, keep: int = 3) -> Path:
    warehouse.start_build()
    with warehouse.connect_build() as con:
        con.execute(f"create or replace table answer as select {value} as value")
    return warehouse.publish(run_id, keep)


def read(path: Path) -> int:
    con = duckdb.connect(str(path), read_only=True)
    try:
        return con.execute("select value from answer").fetchone()[0]
    finally:
        con.close()


def test_published_file_is_a_link_to_a_version(tmp_path):
    warehouse = Warehouse(tmp_path)
    path = build_and_publish(warehouse, "r1", 1)
    assert warehouse.published.is_symlink()
    assert warehouse.published.resolve() == path
    assert read(warehouse.published) == 1


def test_an_open_reader_keeps_its_version_and_a_new_one_sees_the_new(tmp_path):
    warehouse = Warehouse(tmp_path)
    build_and_publish(warehouse, "r1", 1)
    with warehouse.connect_published() as old:
        build_and_publish(warehouse, "r2", 2, keep=1)
        assert old.execute("select value from answer").fetchone() == (1,)
        with warehouse.connect_published() as new:
            assert new.execute("select value from answer").fetchone() == (2,)


def test_a_reader_in_another_process_connects_during_a_build(tmp_path):
    warehouse = Warehouse(tmp_path)
    build_and_publish(warehouse, "r1", 1)
    warehouse.start_build()
    with warehouse.connect_build() as con:
        con.execute("update answer set value = 99")
        code = (
            "import duckdb, sys; con = duckdb.connect(sys.argv[1], read_only=True); "
            "print(con.execute('select value from answer').fetchone()[0])"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(warehouse.published)],
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout.strip() == "1"


def test_a_build_that_is_not_published_changes_nothing(tmp_path):
    warehouse = Warehouse(tmp_path)
    build_and_publish(warehouse, "r1", 1)
    warehouse.start_build()
    with warehouse.connect_build() as con:
        con.execute("update answer set value = 99")
    aside = warehouse.set_aside()
    assert aside is not None
    assert read(aside) == 99
    assert read(warehouse.published) == 1


def test_old_versions_are_kept_by_count(tmp_path):
    warehouse = Warehouse(tmp_path)
    for number in range(1, 6):
        build_and_publish(warehouse, f"r{number}", number, keep=2)
    kept = sorted(path.name for path in (tmp_path / "versions").iterdir())
    assert kept == ["whycall_r4.duckdb", "whycall_r5.duckdb"]


def test_a_second_writer_is_refused_and_told_who_writes(tmp_path):
    warehouse = Warehouse(tmp_path)
    with warehouse.lock(), warehouse.lock():
        code = (
            "import sys; from pathlib import Path; from dagster_project.warehouse import Warehouse\n"
            "from dagster_project.settings import ConfigurationError\n"
            "try:\n    Warehouse(Path(sys.argv[1])).acquire()\n"
            "except ConfigurationError as error:\n    print(error)"
        )
        done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert "another run is writing" in done.stdout
    import os

    assert f"process {os.getpid()}" in done.stdout
    warehouse.acquire()
    warehouse.release()


def test_nothing_published_is_a_readable_error(tmp_path):
    with pytest.raises(ConfigurationError, match="nothing published"), Warehouse(tmp_path).connect_published():
        pass


def test_runs_are_kept_and_a_torn_line_is_ignored(tmp_path):
    warehouse = Warehouse(tmp_path)
    warehouse.record_run({"run_id": "a", "status": "published"})
    with (tmp_path / "runs.jsonl").open("a") as log:
        log.write('{"run_id": "b", "sta')
    assert [run["run_id"] for run in warehouse.runs()] == ["a"]


def test_hash_key_is_made_once_and_private(tmp_path):
    warehouse = Warehouse(tmp_path)
    first = warehouse.hash_key()
    assert first == warehouse.hash_key()
    assert (tmp_path / ".hash_key").stat().st_mode & 0o777 == 0o600
