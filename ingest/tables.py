"""The tables and views of the schemas raw and ops that ingest owns."""

from collections.abc import Mapping

from duckdb import DuckDBPyConnection

from ingest.contracts import Contract, folded_contracts, load_contracts, load_vendor_contracts
from ingest.sql import name
from ingest.unions import FOLDED, create_union_views, create_vendor_tables

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
    for contract in folded_contracts().values():
        waiting = contract.table_columns() | {"_fate": "varchar"}
        create_table(con, f"{contract.table}__waiting", waiting)
    for source, vendors in FOLDED.items():
        for vendor in vendors:
            create_table(con, f"{vendor}__{source}", landing[source].table_columns())
    create_vendor_tables(con)
    create_union_views(con)


def create_source_tables(con: DuckDBPyConnection, contract: Contract, table: str) -> None:
    """Create the winners table and the history table of one source."""
    columns = contract.table_columns()
    create_table(con, table, columns)
    create_table(con, f"{table}__history", columns | {"_fate": "varchar"})


def create_table(con: DuckDBPyConnection, table: str, columns: Mapping[str, str]) -> None:
    """Create one raw table, if absent, from column names and DuckDB types."""
    body = ", ".join(f"{name(column)} {sql_type}" for column, sql_type in columns.items())
    con.execute(f"create table if not exists raw.{name(table)} ({body})")
