"""Which row of a key is current: the staged rows of one source meet the rows that were loaded before.

A key that occurs once and is new is appended at once. Only keys in conflict are judged, together with
everything known of them, so the work grows with the new rows and the verdict does not depend on the order in
which files came.
"""

from duckdb import DuckDBPyConnection

from ingest.contracts import Contract
from ingest.sql import name, names

ENTITIES = ("call", "customer", "order", "shipment", "ticket")


def settle(con: DuckDBPyConnection, contract: Contract) -> None:
    """Move the rows of `stage` to the raw tables; leave the ledger moves in `moves`.

    `moves` has one row per file and fate: by how much its count changes, for older files as well. Must run
    inside a transaction.
    """
    columns = names(contract.table_columns())
    table, history = f"raw.{name(contract.table)}", f"raw.{name(contract.table + '__history')}"
    find_conflicts(con, table)
    judge(con, contract, table, history)
    note_changed_keys(con, contract)
    con.execute(
        """
        create or replace temp table moves as
        select _file_id as file_id, fate, sum(rows)::bigint as rows
        from (
            select _file_id, 'loaded' as fate, count(*) as rows from fresh group by all
            union all
            select _file_id, _new_fate, count(*) from judged group by all
            union all
            select _file_id, _old_fate, -count(*) from judged where _old_fate is not null group by all
        )
        group by all
        """
    )
    for target in (table, history):
        con.execute(f"delete from {target} where _key_hash in (select _key_hash from conflicts)")
    append_winners(con, contract, table, columns)
    con.execute(
        f"insert into {history} ({columns}, _fate) select {columns}, _new_fate from judged "
        f"where _new_fate != 'loaded'{order_by(contract)}"
    )


def append_winners(con: DuckDBPyConnection, contract: Contract, table: str, columns: str) -> None:
    """Append the current rows, each kind in event-time order; staged rows that are in order are not sorted again."""
    order = "" if is_in_order(con, contract) else order_by(contract)
    con.execute(f"insert into {table} ({columns}) select {columns} from fresh{order}")
    con.execute(
        f"insert into {table} ({columns}) select {columns} from judged where _new_fate = 'loaded'{order_by(contract)}"
    )


def is_in_order(con: DuckDBPyConnection, contract: Contract) -> bool:
    """True when the staged rows stand in event-time order."""
    if contract.event_time is None:
        return True
    moment = name(contract.event_time)
    return con.execute(
        f"select coalesce(bool_and({moment} >= earlier), true) from ("
        f"select {moment}, lag({moment}) over () as earlier from stage) where earlier is not null"
    ).fetchall()[0][0]


def order_by(contract: Contract) -> str:
    """Event time, so that rows of one day lie together on disk; rows without one stay in the order they were landed.

    Ties stay as they fall: nothing that is computed may depend on the order of raw rows.
    """
    return f" order by {name(contract.event_time)}" if contract.event_time else ""


def find_conflicts(con: DuckDBPyConnection, table: str) -> None:
    """`conflicts`: hashes of keys that are staged twice or known already; `fresh`: the rows of all others."""
    con.execute(
        f"""
        create or replace temp table conflicts as
        select _key_hash from stage group by all having count(*) > 1
        union
        select known._key_hash
        from {table} as known
        where known._key_hash in (select stage._key_hash from stage)
        """
    )
    con.execute(
        "create or replace temp view fresh as select * from stage "
        "where _key_hash not in (select _key_hash from conflicts)"
    )


def judge(con: DuckDBPyConnection, contract: Contract, table: str, history: str) -> None:
    """`judged`: every row of a key in conflict with its fate before (null if new) and its fate now.

    Equal content is one version; the highest source_updated_at wins, then the greater content hash. The copy with the
    smallest place (file, hash, row) stands for its version, the other copies are duplicates.
    """
    columns = names(contract.table_columns())
    key = names(contract.key)
    newest = "source_updated_at desc, " if contract.has_version else ""
    place = "_source_file, ledger.file_hash, _row_number"
    con.execute(
        f"""
        create or replace temp table judged as
        with pool as (
            select {columns}, null::varchar as _old_fate from stage
            union all
            select {columns}, 'loaded' from {table}
            union all
            select {columns}, _fate from {history}
        ),

        ranked as (
            select
                pool.*,
                row_number() over (
                    partition by {key} order by {newest}_content_hash desc, {place}
                ) as key_rank,
                row_number() over (
                    partition by {key}, _content_hash order by {place}
                ) as copy_rank,
            from pool
            inner join (
                select file_id, file_hash from files
                union
                select file_id, file_hash from ops.load_ledger
            ) as ledger on ledger.file_id = pool._file_id
            where pool._key_hash in (select conflicts._key_hash from conflicts)
        )

        select
            * exclude (key_rank, copy_rank),
            case
                when key_rank = 1 then 'loaded'
                when copy_rank = 1 then 'superseded'
                else 'duplicate'
            end as _new_fate,
        from ranked
        """
    )


def note_changed_keys(con: DuckDBPyConnection, contract: Contract) -> None:
    """Append to `touched` the identifiers in rows that are new, or whose winner changed."""
    con.execute(
        f"""
        create or replace temp view changed as
        select * exclude (_rid, _is_bad) from fresh
        union all by name
        select * exclude (_old_fate, _new_fate)
        from judged
        where (_new_fate = 'loaded' or _old_fate = 'loaded')
            and ({names(contract.key)}) in (
                select ({names(contract.key)})
                from judged
                where _new_fate = 'loaded' or _old_fate = 'loaded'
                group by {names(contract.key)}
                having count(distinct _content_hash) > 1
                    or count(*) filter (where _old_fate = 'loaded') = 0
            )
        """
    )
    for column in contract.columns:
        entity = (column.entity or "").removeprefix("parent_")
        if entity in ENTITIES:
            con.execute(
                f"insert into touched select distinct '{entity}', {name(column.name)} "
                f"from changed where {name(column.name)} is not null"
            )
