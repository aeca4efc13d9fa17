"""The account of every file: what was read, where its rows are now, and the proof that nothing is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from ingest.contracts import Contract, all_contracts
from ingest.errors import AccountingError
from ingest.files import LandedFile, UnknownPath, hash_files
from ingest.sql import name, text
from ingest.staging import RunStamp

FATES = ("loaded", "duplicate", "superseded", "quarantined")


@dataclass(frozen=True)
class FileAccount:
    """One file as read: `rows_read` comes from counting lines (Parquet: the footer), not from the rows."""

    file_id: int
    landed: LandedFile
    file_hash: str
    rows_read: int
    message: str | None = None


def select_new(con: DuckDBPyConnection | None, files: Sequence[LandedFile]) -> list[LandedFile]:
    """Files not in the ledger; only those whose path and size are known are hashed beforehand."""
    known: dict[tuple[str, str, int], set[str]] = {}
    if con is not None and has_ledger(con):
        for source, file, size, file_hash in con.execute(
            "select source, file, size_bytes, file_hash from ops.load_ledger"
        ).fetchall():
            known.setdefault((source, file, size), set()).add(file_hash)
    seen = [file for file in files if (file.source, file.file, file.size_bytes) in known]
    unchanged = {
        file.path
        for file, file_hash in zip(seen, hash_files(seen), strict=True)
        if file_hash in known[file.source, file.file, file.size_bytes]
    }
    return [file for file in files if file.path not in unchanged]


def has_ledger(con: DuckDBPyConnection) -> bool:
    """True when the warehouse has a ledger."""
    found = con.execute(
        "select count(*) from duckdb_tables() where schema_name = 'ops' and table_name = 'load_ledger'"
    ).fetchall()
    return found[0][0] > 0


def next_file_id(con: DuckDBPyConnection) -> int:
    """First free file id."""
    return con.execute("select coalesce(max(file_id), 0) + 1 from ops.load_ledger").fetchall()[0][0]


def register_files(con: DuckDBPyConnection, files: Sequence[tuple[int, LandedFile, str]]) -> None:
    """`files`: id, path and hash of the files that are being loaded."""
    con.execute(
        "create or replace temp table files as select unnest(?::bigint[]) as file_id, "
        "unnest(?::varchar[]) as file, unnest(?::varchar[]) as file_hash",
        [[f[0] for f in files], [f[1].file for f in files], [f[2] for f in files]],
    )


def write_ledger(con: DuckDBPyConnection, contract: Contract, accounts: Sequence[FileAccount], stamp: RunStamp) -> None:
    """Add the files of one source to the ledger, their quarantined rows, and move the counts of older files."""
    con.execute(
        """
        insert into ops.load_ledger
        select
            ?, unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::bigint[]), unnest(?::bigint[]),
            unnest(?::varchar[]), ?, ?, unnest(?::bigint[]), 0, 0, 0, 0, 'loaded', unnest(?::varchar[])
        """,
        [
            contract.source,
            [account.landed.file for account in accounts],
            [account.file_hash for account in accounts],
            [account.file_id for account in accounts],
            [account.landed.size_bytes for account in accounts],
            [account.landed.format for account in accounts],
            stamp.loaded_at,
            stamp.run_id,
            [account.rows_read for account in accounts],
            [account.message for account in accounts],
        ],
    )
    con.execute("insert into moves select file_id, 'quarantined', count(*) from quarantined group by all")
    con.execute(
        "insert into ops.quarantine select ?, files.file, files.file_hash, row_number, reason_code, reason, "
        "raw_row, ?, ? from quarantined inner join files using (file_id)",
        [contract.source, stamp.loaded_at, stamp.run_id],
    )
    con.execute(
        "insert into ops.schema_drift select ?, files.file, column_name, sum(rows), ? "
        "from drifted inner join files using (file_id) group by all",
        [contract.source, stamp.run_id],
    )
    apply_moves(con)


def apply_moves(con: DuckDBPyConnection) -> None:
    """Add the counts in `moves` to the ledger and set the status of the files they touch."""
    sums = ", ".join(f"sum(rows) filter (where fate = '{fate}') as {fate}" for fate in FATES)
    sets = ", ".join(f"rows_{fate} = rows_{fate} + coalesce({fate}, 0)" for fate in FATES)
    con.execute(
        f"update ops.load_ledger as ledger set {sets} "
        f"from (select file_id, {sums} from moves group by all) as moved "
        "where ledger.file_id = moved.file_id"
    )
    con.execute(
        """
        update ops.load_ledger
        set status = case
            when rows_read = 0 then 'empty'
            when rows_quarantined = rows_read then 'quarantined'
            else 'loaded'
        end
        where file_id in (select file_id from moves) or file_id in (select file_id from files)
        """
    )


def note_unknown(con: DuckDBPyConnection, unknown: Sequence[UnknownPath], stamp: RunStamp) -> None:
    """Replace ops.unknown_sources by what this run met and did not read."""
    con.execute("delete from ops.unknown_sources")
    if unknown:
        con.execute(
            "insert into ops.unknown_sources select unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::bigint[]), ?",
            [
                [item.path for item in unknown],
                [item.reason for item in unknown],
                [item.files for item in unknown],
                stamp.run_id,
            ],
        )


def reconcile(con: DuckDBPyConnection) -> None:
    """Prove the accounts; raise AccountingError that names the first file or source that does not add up."""
    wrong = con.execute(
        """
        select file, rows_read, rows_loaded + rows_duplicate + rows_superseded + rows_quarantined
        from ops.load_ledger
        where rows_read != rows_loaded + rows_duplicate + rows_superseded + rows_quarantined
        order by file
        limit 1
        """
    ).fetchall()
    if wrong:
        file, read, found = wrong[0]
        raise AccountingError(f"{file}: {read} rows were read but {found} are accounted for.")
    sums = {
        row[0]: row[1:]
        for row in con.execute(
            "select source, sum(rows_loaded), sum(rows_duplicate + rows_superseded), sum(rows_quarantined) "
            "from ops.load_ledger group by all"
        ).fetchall()
    }
    held = dict(con.execute("select source, count(*) from ops.quarantine group by all").fetchall())
    tables = {f"{c.table}{suffix}" for c in all_contracts().values() for suffix in ("", "__history")}
    sizes = dict(
        con.execute(
            " union all ".join(f"select {text(t)}, count(*) from raw.{name(t)}" for t in sorted(tables))
        ).fetchall()
    )
    for contract in all_contracts().values():
        counts = (sizes[contract.table], sizes[f"{contract.table}__history"], held.get(contract.source, 0))
        expected = tuple(int(value) for value in sums.get(contract.source, (0, 0, 0)))
        if counts != expected:
            raise AccountingError(
                f"{contract.source}: the ledger says {expected} (loaded, overtaken, quarantined), "
                f"the tables hold {counts}."
            )
