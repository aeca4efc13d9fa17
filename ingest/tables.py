"""The tables and views of the schemas raw and ops that ingest owns."""

from collections.abc import Mapping

from duckdb import DuckDBPyConnection

from ingest.contracts import Contract, load_contracts, load_vendor_contracts
from ingest.sql import name

OPS_TABLES: Mapping[str, str] = {
    "load_ledger": """
        source varchar, file varchar, file_hash varchar, file_id bigint, size_bytes bigint,
        format varchar, loaded_at timestamptz, run_id varchar, rows_read bigint, rows_loaded bigint,
        rows_duplicate bigint, rows_superseded bigint, rows_quarantined bigint, status varchar,
        message varchar""",
    "quarantine": """
        source varchar, file varchar, file_hash varchar, row_number bigint, reason_code varchar,
        reason varchar, raw_row varchar, quarantined_at timestamptz, run_id varchar""",
    "schema_drift": """
        source varchar, file varchar, column_name varchar, rows_with_value bigint, run_id varchar""",
    "unknown_sources": "path varchar, reason varchar, files bigint, run_id varchar",
    "changed_keys": "entity varchar, key varchar",
}

# A call that both the landing folder and a vendor describe is one row: the newer version, the landed one on a tie.
ALL_CALLS = """
create or replace view raw.all_calls as
select landed.*
from raw.calls as landed
anti join raw.dialnexa__calls as vendor
    on vendor.call_key = landed.call_key
    and vendor.source_updated_at > landed.source_updated_at
union all by name
select vendor.*
from raw.dialnexa__calls as vendor
anti join raw.calls as landed
    on landed.call_key = vendor.call_key
    and landed.source_updated_at >= vendor.source_updated_at
"""

# Turns come from the source that won the call; landed turns whose call is unknown are kept.
ALL_CALL_TURNS = """
create or replace view raw.all_call_turns as
with vendor_won as (
    select vendor.call_key
    from raw.dialnexa__calls as vendor
    anti join raw.calls as landed
        on landed.call_key = vendor.call_key
        and landed.source_updated_at >= vendor.source_updated_at
)

select landed.*
from raw.call_turns as landed
anti join vendor_won using (call_key)
union all by name
select vendor.*
from raw.dialnexa__call_turns as vendor
semi join vendor_won using (call_key)
"""

# A consent told in a call counts unless the landing folder has a row for the same customer, channel and instant.
ALL_CONSENTS = """
create or replace view raw.all_consents as
select landed.*
from raw.consents as landed
union all by name
select vendor.*
from raw.dialnexa__consents as vendor
where not exists (
    select 1
    from raw.consents as landed
    where landed.customer_id = vendor.customer_id
        and landed.channel = vendor.channel
        and landed.valid_from = vendor.valid_from
)
"""


def create_raw_tables(con: DuckDBPyConnection) -> None:
    """Create every table and view ingest owns, if absent; sets the session time zone to UTC."""
    con.execute("set timezone = 'UTC'")
    con.execute("create schema if not exists raw")
    con.execute("create schema if not exists ops")
    for table, columns in OPS_TABLES.items():
        con.execute(f"create table if not exists ops.{table} ({columns})")
    landing = load_contracts()
    for contract in (*landing.values(), *load_vendor_contracts().values()):
        create_source_tables(con, contract, contract.table)
    for contract in load_vendor_contracts().values():
        waiting = contract.table_columns() | {"_fate": "varchar"}
        create_table(con, f"{contract.table}__waiting", waiting)
    for table in ("calls", "call_turns", "consents"):
        create_table(con, f"dialnexa__{table}", landing[table].table_columns())
    for view in (ALL_CALLS, ALL_CALL_TURNS, ALL_CONSENTS):
        con.execute(view)


def create_source_tables(con: DuckDBPyConnection, contract: Contract, table: str) -> None:
    """Create the winners table and the history table of one source."""
    columns = contract.table_columns()
    create_table(con, table, columns)
    create_table(con, f"{table}__history", columns | {"_fate": "varchar"})


def create_table(con: DuckDBPyConnection, table: str, columns: Mapping[str, str]) -> None:
    """Create one raw table, if absent, from column names and DuckDB types."""
    body = ", ".join(f"{name(column)} {sql_type}" for column, sql_type in columns.items())
    con.execute(f"create table if not exists raw.{name(table)} ({body})")
