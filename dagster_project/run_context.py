"""What a run is: its id, the instant it takes for now, and the tables that say so in SQL."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from dagster_project import __version__
from dagster_project.settings import ConfigurationError, Settings
from dagster_project.warehouse import Warehouse, new_run_id

_RUN_COLUMNS = (
    "run_id varchar, started_at timestamptz, finished_at timestamptz, as_of timestamptz, "
    "version varchar, status varchar, message varchar"
)


@dataclass(frozen=True)
class RunStart:
    """The identity of a run, kept in the build folder while it goes on.

    Attributes:
        run_id: sorts by time.
        started_at: wall clock, ISO 8601 UTC.
    """

    run_id: str
    started_at: str

    @staticmethod
    def begin(warehouse: Warehouse) -> "RunStart":
        """Start a run: a fresh build beside the published file and a new id."""
        warehouse.start_build()
        run = RunStart(new_run_id(), datetime.now(UTC).isoformat(timespec="seconds"))
        _file(warehouse).write_text(json.dumps(asdict(run)), encoding="utf-8")
        return run

    @staticmethod
    def current(warehouse: Warehouse) -> "RunStart":
        """Return the run of the build folder; one is begun if there is none."""
        path = _file(warehouse)
        if not path.exists():
            return RunStart.begin(warehouse)
        return RunStart(**json.loads(path.read_text(encoding="utf-8")))


def _file(warehouse: Warehouse) -> Path:
    return warehouse.build.parent / "run.json"


def resolve_as_of(con: duckdb.DuckDBPyConnection, settings: Settings) -> datetime:
    """Return the instant the run takes for now: --as-of, else the latest start of a call.

    Raises:
        ConfigurationError: there is neither an --as-of nor a call.
    """
    if settings.as_of:
        return settings.as_of
    row = con.execute("select epoch_us(max(started_at)) from raw.all_calls").fetchone()
    if not row or row[0] is None:
        raise ConfigurationError(
            f"no call was loaded from {settings.landing}, so the run does not know its own date "
            "(give --as-of, or land files in LANDING/calls/)"
        )
    return datetime.fromtimestamp(row[0] / 1_000_000, UTC)


def write_run_context(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    run: RunStart,
    taxonomy_version: str,
    model_version: str,
) -> datetime:
    """Write ops.run_context, the one row from which every model takes its clock; return as_of."""
    as_of = resolve_as_of(con, settings)
    hashes = con.execute("select distinct file_hash from ops.load_ledger order by 1").fetchall()
    identity = [as_of.isoformat(), settings.timezone, __version__, taxonomy_version, model_version]
    digest = hashlib.sha256("\n".join(identity + [str(row[0]) for row in hashes]).encode())
    con.execute(
        """
        create or replace table ops.run_context as
        select
            $run_id as run_id,
            $as_of::timestamptz as as_of,
            $timezone as reporting_timezone,
            $version as whycall_version,
            $taxonomy_version as taxonomy_version,
            $model_version as model_version,
            $snapshot_id as snapshot_id
        """,
        {
            "run_id": run.run_id,
            "as_of": as_of.isoformat(),
            "timezone": settings.timezone,
            "version": __version__,
            "taxonomy_version": taxonomy_version,
            "model_version": model_version,
            "snapshot_id": digest.hexdigest()[:16],
        },
    )
    return as_of


def run_record(run: RunStart, as_of: datetime | None, status: str, message: str = "") -> dict[str, str | None]:
    """Return a finished run as one line of runs.jsonl."""
    return {
        "run_id": run.run_id,
        "started_at": run.started_at,
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "as_of": as_of.isoformat() if as_of else None,
        "version": __version__,
        "status": status,
        "message": message,
    }


def write_runs(con: duckdb.DuckDBPyConnection, runs: list[dict[str, str | None]]) -> None:
    """Write ops.runs, all runs of this warehouse with the failed ones."""
    con.execute(f"create or replace table ops.runs ({_RUN_COLUMNS})")
    con.execute(
        """
        insert into ops.runs by name
        select unnest(from_json(
            $runs,
            '[{"run_id": "varchar", "started_at": "timestamptz", "finished_at": "timestamptz",
               "as_of": "timestamptz", "version": "varchar", "status": "varchar",
               "message": "varchar"}]'
        ), recursive := true)
        """,
        {"runs": json.dumps(runs)},
    )
