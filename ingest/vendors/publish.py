"""The mapped rows of the objects that are current replace what earlier versions of these objects said."""

from collections.abc import Iterator

from duckdb import DuckDBPyConnection

from ingest.contracts import Contract, load_contracts
from ingest.fates import ENTITIES
from ingest.sql import name, names, text
from ingest.vendors.spec import VendorFolder, vendor_folders


def sources_of(folder: VendorFolder) -> Iterator[Contract]:
    """The landing contracts a folder gives rows of."""
    for source in sorted({target.into for kind in folder.kinds for target in kind.targets}):
        yield load_contracts()[source]


def forget(con: DuckDBPyConnection, contract: Contract) -> None:
    """Drop the mapped rows of a load that did not come to its end."""
    for landing in sources_of(vendor_folders()[contract.source]):
        con.execute(f"drop table if exists {name('mapped__' + landing.source)}")


def publish(con: DuckDBPyConnection, contract: Contract) -> None:
    """Runs after `settle`, in its transaction: `stage` still holds the new objects."""
    folder = vendor_folders()[contract.source]
    con.execute(
        f"""
        create or replace temp table vendor_won as
        select
            hash({text(contract.source)}, stage._key_hash) as record_key,
            min(stage._rid) as _rid,
        from stage
        inner join raw.{name(contract.table)} as current
            on current._key_hash = stage._key_hash
            and current._content_hash = stage._content_hash
            and current._file_id = stage._file_id
            and current._row_number = stage._row_number
        group by all
        """
    )
    for landing in sources_of(folder):
        mapped = name("mapped__" + landing.source)
        if not con.execute(
            "select count(*) from duckdb_tables() where table_name = ?", [f"mapped__{landing.source}"]
        ).fetchall()[0][0]:
            continue
        table = f"raw.{name(folder.vendor + '__' + landing.source)}"
        told = "_record_key in (select record_key from vendor_won)"
        note_keys(con, landing, f"{table} where {told}")
        con.execute(f"delete from {table} where {told}")
        columns = names(landing.table_columns())
        order = f" order by {name(landing.event_time)}" if landing.event_time else ""
        con.execute(
            f"insert into {table} ({columns}, _record_key) select {columns}, record_key from {mapped} "
            f"inner join vendor_won on _record_rid = vendor_won._rid{order}"
        )
        note_keys(con, landing, f"{table} where {told}")
        con.execute(f"drop table {mapped}")


def note_keys(con: DuckDBPyConnection, landing: Contract, rows: str) -> None:
    """Append the identifiers in some rows to `touched`."""
    for column in landing.columns:
        entity = (column.entity or "").removeprefix("parent_")
        if entity in ENTITIES:
            con.execute(
                f"insert into touched select distinct {text(entity)}, {name(column.name)} from {rows} "
                f"and {name(column.name)} is not null"
            )
