"""The main entry: everything new in the landing folder into the raw tables, with its account."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from duckdb import DuckDBPyConnection

from ingest.batches import SourceLoad, batches, stage_batch
from ingest.contracts import all_contracts, folded_contracts
from ingest.fates import settle
from ingest.files import LandedFile, UnknownPath, list_landing
from ingest.ledger import FATES, next_file_id, note_unknown, reconcile, register_files, select_new, write_ledger
from ingest.staging import RunStamp, create_stage
from ingest.tables import create_raw_tables
from ingest.vendors import dialnexa
from ingest.vendors.publish import forget, publish
from ingest.vendors.spec import vendor_folders

BLOCK_BYTES = 64

Progress = Callable[[str], None]


@dataclass(frozen=True)
class IngestResult:
    """What one load did.

    `rows` counts the rows of the files that were new, by source and fate; `changed_keys` by entity; `drift` are the
    unknown columns by source.
    """

    files_seen: int
    files_new: int
    rows: dict[str, dict[str, int]]
    unknown: tuple[UnknownPath, ...]
    drift: dict[str, tuple[str, ...]]
    changed_keys: dict[str, int]
    reconciled: bool


def plan(con: DuckDBPyConnection | None, landing: Path) -> list[LandedFile]:
    """Files of known sources that a load would read; raise IngestError if the folder is unreadable."""
    return select_new(con, list_landing(landing).files)


def load_landing(
    con: DuckDBPyConnection,
    landing: Path,
    run_id: str,
    now: datetime,
    hash_key: bytes,
    progress: Progress | None = None,
    *,
    work_dir: Path | None = None,
    dialnexa_secret: bytes | None = None,
) -> IngestResult:
    """Load every new file of the landing folder; each source is one transaction.

    `now` (with a time zone) bounds timestamps; `hash_key` keys the hashes of numbers and addresses;
    `work_dir` is where copies are made; with `dialnexa_secret` every DialNexa delivery must be signed.
    Raises IngestError when the folder cannot be read or the accounts do not add up.
    """
    listing = list_landing(landing)
    create_raw_tables(con)
    stamp = RunStamp(run_id, datetime.now(UTC), now.astimezone(UTC))
    # line numbers and the order of raw tables follow the order of rows in the files
    con.execute("set preserve_insertion_order = true")
    con.execute("create or replace temp table touched (entity varchar, key varchar)")
    note_unknown(con, listing.unknown, stamp)
    new = select_new(con, listing.files)
    with hash_keys(con, hash_key):
        for source, files in groupby(new, key=lambda file: file.source):
            load = SourceLoad(all_contracts()[source], stamp, dialnexa_secret)
            load_source(con, load, list(files), progress, work_dir)
    write_changed_keys(con)
    reconcile(con)
    return result_of(con, run_id, len(listing.files), len(new), listing.unknown)


@contextmanager
def hash_keys(con: DuckDBPyConnection, key: bytes) -> Iterator[None]:
    """Session variables with the two padded keys of HMAC-SHA256 (RFC 2104), gone afterwards."""
    block = (hashlib.sha256(key).digest() if len(key) > BLOCK_BYTES else key).ljust(BLOCK_BYTES, b"\0")
    for variable, pad in (("ingest_inner_key", 0x36), ("ingest_outer_key", 0x5C)):
        con.execute(f"set variable {variable} = ?::blob", [bytes(byte ^ pad for byte in block)])
    try:
        yield
    finally:
        for variable in ("ingest_inner_key", "ingest_outer_key"):
            con.execute(f"reset variable {variable}")


def load_source(
    con: DuckDBPyConnection,
    load: SourceLoad,
    files: Sequence[LandedFile],
    progress: Progress | None,
    work_dir: Path | None,
) -> None:
    """Stage all new files of one source, then settle them in one transaction."""
    create_stage(con, load.contract)
    if load.contract.source in vendor_folders():
        forget(con, load.contract)
    first_id = next_file_id(con)
    for batch in batches(list(enumerate(files, start=first_id))):
        if progress:
            progress(f"{load.contract.source}: {batch[0][0] - first_id} of {len(files)} files")
        with tempfile.TemporaryDirectory(prefix="ingest_", dir=work_dir) as folder:
            stage_batch(con, load, batch, Path(folder))
    register_files(con, [(a.file_id, a.landed, a.file_hash) for a in load.accounts])
    is_folded = load.contract.source in folded_contracts()
    with _transaction(con):
        if is_folded:
            dialnexa.revive(con)
        settle(con, load.contract)
        if is_folded:
            dialnexa.map_calls(con, load.stamp)
        if load.contract.source in vendor_folders():
            publish(con, load.contract)
        write_ledger(con, load.contract, load.accounts, load.stamp)
    create_stage(con, load.contract)


@contextmanager
def _transaction(con: DuckDBPyConnection) -> Iterator[None]:
    """Commit what is done inside, or nothing of it: also when the process is interrupted half-way."""
    con.execute("begin")
    is_committed = False
    try:
        yield
        con.execute("commit")
        is_committed = True
    finally:
        if not is_committed:
            con.execute("rollback")


def write_changed_keys(con: DuckDBPyConnection) -> None:
    """Several rows name the same key; ops.changed_keys holds each once, for this run only."""
    con.execute("begin")
    con.execute("delete from ops.changed_keys")
    con.execute("insert into ops.changed_keys select distinct entity, key from touched")
    con.execute("commit")
    con.execute("drop table touched")


def result_of(
    con: DuckDBPyConnection, run_id: str, seen: int, new: int, unknown: tuple[UnknownPath, ...]
) -> IngestResult:
    """Read the result of a run back from the ops tables."""
    sums = ", ".join(f"sum(rows_{fate})::bigint" for fate in FATES)
    rows = {
        row[0]: dict(zip(FATES, row[1:], strict=True))
        for row in con.execute(
            f"select source, {sums} from ops.load_ledger where run_id = ? group by all order by source",
            [run_id],
        ).fetchall()
    }
    drift: dict[str, tuple[str, ...]] = {}
    for source, columns in con.execute(
        "select source, list(distinct column_name order by column_name) from ops.schema_drift "
        "where run_id = ? group by all order by source",
        [run_id],
    ).fetchall():
        drift[source] = tuple(columns)
    changed = con.execute("select entity, count(*) from ops.changed_keys group by all order by entity").fetchall()
    return IngestResult(seen, new, rows, unknown, drift, dict(changed), reconciled=True)
