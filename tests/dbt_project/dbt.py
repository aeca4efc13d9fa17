"""dbt in this process, on a file of the test's own."""

import os
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from dagster_project.transform import prepare_manifest, read_manifest
from dagster_project.warehouse import BUILD_FILE

PROJECT = Path(__file__).parents[2] / "dbt_project"


def build(database: Path, scratch: Path, *arguments: str) -> list[tuple[str, str]]:
    """Run `dbt build` and return (name, status) of every node; logs and artifacts go to scratch.

    The project is parsed once, as in a run: dbt would parse it again for each database, since its profile names the
    file. The prepared manifest fits a file of one name only, so the database goes by that name meanwhile.
    """
    prepare_manifest()
    named = scratch / BUILD_FILE
    database.rename(named)
    environment = {
        "WHYCALL_BUILD_DB": str(named),
        "WHYCALL_TEMP_DIR": str(scratch / "spill"),
        "WHYCALL_MEMORY_LIMIT": "1GB",
        "WHYCALL_THREADS": "1",
    }
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        result = dbtRunner(manifest=read_manifest()).invoke(
            [
                "build", "--quiet", *arguments,
                "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
                "--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs"),
            ]
        )  # fmt: skip
    finally:
        # the adapter keeps its connection for the life of the process, and with it the file lock
        DuckDBConnectionManager.close_all_connections()
        named.rename(database)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value
    if result.exception is not None:
        raise result.exception
    return [(node.node.name, str(node.status)) for node in result.result.results]


def query(database: Path, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Read the built file."""
    with duckdb.connect(str(database), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        return con.execute(sql, list(parameters)).fetchall()


def cell(database: Path, metric: str, week: str, **slice_values: str) -> dict[str, Any]:
    """One row of metric_weekly by column name: the slice named by its dimensions, or all."""
    with duckdb.connect(str(database), read_only=True) as con:
        where = "".join(f" and {dimension} = ?" for dimension in slice_values)
        result = con.execute(
            f"select * from marts.metric_weekly where metric_id = ? and week_start_date = ? and slice_by = ?{where}",
            [metric, week, "+".join(slice_values) or "all", *slice_values.values()],
        )
        rows = result.fetchall()
        assert len(rows) == 1, f"{len(rows)} rows for {metric} {week} {slice_values}"
        return dict(zip([column[0] for column in result.description], rows[0], strict=True))
