"""DialNexa: fold all deliveries of a call into one call, its turns and its opt-out.

What a body holds is told in `dialnexa.yml`; what becomes of it in the SQL files beside it. A delivery counts
like any other landed row. A call of which no delivery tells a time cannot be placed in a week: its deliveries
wait in the quarantine and come back by themselves when a later delivery tells one.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from duckdb import DuckDBPyConnection

from ingest.contracts import Contract, folded_contracts, load_contracts
from ingest.sql import name, names
from ingest.staging import RunStamp, surrogate

FOLDER = Path(__file__).parent
SOURCE = "dialnexa_webhooks"
NO_START = "no_start_time"
MAPPED = {"calls": "mapped_calls", "call_turns": "mapped_turns", "consents": "mapped_consents"}


@cache
def mapping() -> Mapping[str, Any]:
    """The declared mapping."""
    return yaml.safe_load((FOLDER / "dialnexa.yml").read_text(encoding="utf-8"))


def create_vendor_map(con: DuckDBPyConnection) -> None:
    """`vendor_map`: the declared translations as a table (map, seen, value)."""
    rows = [(m, str(seen), str(value)) for m, pairs in mapping()["maps"].items() for seen, value in pairs.items()]
    con.execute(
        "create or replace temp table vendor_map as "
        "select unnest(?::varchar[]) as map, unnest(?::varchar[]) as seen, unnest(?::varchar[]) as value",
        [list(column) for column in zip(*rows, strict=True)],
    )


def deliveries(contract: Contract) -> tuple[str, str]:
    """The table of what one folder told, and the table of what waits."""
    return f"raw.{name(contract.table)}", f"raw.{name(contract.table + '__waiting')}"


def revive(con: DuckDBPyConnection) -> None:
    """Take the waiting deliveries back before new ones are settled; `revived` keeps what moves in the ledger."""
    con.execute("create or replace temp table revived (_file_id bigint, call_id varchar, _fate varchar)")
    for contract in folded_contracts().values():
        table, waiting = deliveries(contract)
        columns = names(contract.table_columns())
        con.execute(f"insert into revived select _file_id, call_id, _fate from {waiting}")
        con.execute(f"insert into {table} ({columns}) select {columns} from {waiting} where _fate = 'loaded'")
        history = name(contract.table + "__history")
        con.execute(
            f"insert into raw.{history} ({columns}, _fate) select {columns}, _fate from {waiting} "
            "where _fate != 'loaded'"
        )
        con.execute(f"delete from {waiting}")
        con.execute("delete from ops.quarantine where source = ? and reason_code = ?", [contract.source, NO_START])


def map_calls(con: DuckDBPyConnection, stamp: RunStamp) -> None:
    """Fold the affected calls again and replace their rows in the mapped tables. Runs after `settle`."""
    con.execute("create or replace temp table affected as select call_id from stage union select call_id from revived")
    create_vendor_map(con)
    told = " union all ".join(
        f"select {names(contract.table_columns())} from raw.{name(contract.table)}"
        for contract in folded_contracts().values()
    )
    con.execute(f"create or replace temp view all_deliveries as {told}")
    erase(con)
    run_file(con, "dialnexa_deliveries.sql")
    run_file(con, "dialnexa_fold.sql")
    con.execute(
        "insert into moves select _file_id, _fate, count(*) from revived group by all "
        "union all select _file_id, 'quarantined', -count(*) from revived group by all"
    )
    for contract in folded_contracts().values():
        let_wait(con, contract, stamp)
    for table in ("calls", "turns", "consents"):
        run_file(con, f"dialnexa_{table}.sql")
    note_keys(con)
    for target, mapped in MAPPED.items():
        landing = load_contracts()[target]
        con.execute(f"delete from raw.dialnexa__{target} where call_id in (select call_id from affected)")
        con.execute(f"insert into raw.dialnexa__{target} by name {finished(con, landing, mapped)}")
    note_keys(con)


def run_file(con: DuckDBPyConnection, file: str) -> None:
    """Run one SQL file of this folder."""
    con.execute((FOLDER / file).read_text(encoding="utf-8"))


def finished(con: DuckDBPyConnection, landing: Contract, mapped: str) -> str:
    """SQL of mapped rows with surrogates and hashes, as a landed row has them."""
    there = {row[0] for row in con.execute(f"describe {mapped}").fetchall()}
    columns = [c.name for c in landing.columns if c.name in there]
    surrogates = "".join(
        f"{surrogate(name(column))} as {name(key)}, " for key, column in landing.surrogates.items() if column in there
    )
    order = landing.event_time or landing.key[0]
    return (
        f"select *, {surrogates} hash({names(columns)}) as _content_hash, "
        f"hash({names(landing.key)}) as _key_hash from {mapped} order by {name(order)}, {names(landing.key)}"
    )


def let_wait(con: DuckDBPyConnection, contract: Contract, stamp: RunStamp) -> None:
    """Move deliveries of calls without any time to the quarantine, and say so in the ledger."""
    columns = names(contract.table_columns())
    table, waiting = deliveries(contract)
    history = f"raw.{name(contract.table + '__history')}"
    lost = "call_id in (select call_id from folded where started_at is null)"
    con.execute(f"insert into {waiting} ({columns}, _fate) select {columns}, 'loaded' from {table} where {lost}")
    con.execute(f"insert into {waiting} ({columns}, _fate) select {columns}, _fate from {history} where {lost}")
    con.execute(f"delete from {table} where {lost}")
    con.execute(f"delete from {history} where {lost}")
    con.execute(
        "insert into moves "
        f"select _file_id, _fate, -count(*) from {waiting} group by all "
        f"union all select _file_id, 'quarantined', count(*) from {waiting} group by all"
    )
    con.execute(
        f"insert into ops.quarantine select ?, _source_file, places.file_hash, _row_number, ?, "
        "'no delivery of call ' || call_id || ' tells a time', to_json(waiting)::varchar, ?, ? "
        f"from {waiting} as waiting inner join (select file_id, file_hash from files "
        "union select file_id, file_hash from ops.load_ledger) as places on places.file_id = _file_id",
        [contract.source, NO_START, stamp.loaded_at, stamp.run_id],
    )


def note_keys(con: DuckDBPyConnection) -> None:
    """Customers and orders of the affected calls, before and after they are replaced."""
    for entity in ("customer", "order"):
        con.execute(
            f"insert into touched select distinct '{entity}', {entity}_id "
            f"from raw.dialnexa__calls where {entity}_id is not null "
            "and call_id in (select call_id from affected)"
        )


def erase(con: DuckDBPyConnection) -> None:
    """The customer had recording and transcript erased: the kept deliveries lose every free word as well.

    Runs before the fold, so that a call is the same whether its erasure came last or other deliveries came after it.
    """
    con.execute(
        "create or replace temp table erased as select distinct call_id from all_deliveries "
        "where is_erased and call_id in (select call_id from affected)"
    )
    members = ", ".join(f"'{member}', analysis -> '{member}'" for member in mapping()["kept_after_erasure"])
    for contract in folded_contracts().values():
        for table in (contract.table, contract.table + "__history"):
            con.execute(
                f"update raw.{name(table)} set transcript = null, summary = null, recording_url = null, _extra = null, "
                f"analysis = nullif(json_merge_patch('{{}}', json_object({members})), '{{}}'::json) "
                "where call_id in (select call_id from erased)"
            )
