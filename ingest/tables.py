"""The tables and views of the schemas raw and ops that ingest owns."""

import hashlib
from collections.abc import Mapping
from functools import cache

from duckdb import DuckDBPyConnection

from ingest.contracts import folded_contracts, load_contracts, load_vendor_contracts
from ingest.sql import name
from ingest.unions import FOLDED, union_views
from ingest.vendors.spec import vendor_tables

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
    """Create every table and view ingest owns, if absent; sets the session time zone to UTC.

    A warehouse that was made by the same definitions is left alone; tables of an older one gain the columns that have
    come since, empty for the rows that are there.
    """
    con.execute("set timezone = 'UTC'")
    con.execute("create schema if not exists raw")
    con.execute("create schema if not exists ops")
    con.execute("create table if not exists ops.ingest_definitions (digest varchar)")
    digest = hashlib.sha256("\n".join(definitions()).encode()).hexdigest()
    if con.execute("select count(*) from ops.ingest_definitions where digest = ?", [digest]).fetchall()[0][0]:
        return
    add_missing_columns(con)
    con.execute(";\n".join(definitions()))
    con.execute("delete from ops.ingest_definitions")
    con.execute("insert into ops.ingest_definitions values (?)", [digest])


def add_missing_columns(con: DuckDBPyConnection) -> None:
    """Give the raw tables of an older warehouse the columns of the present contracts; views are made anew anyway."""
    there: dict[str, set[str]] = {}
    for table, column in con.execute(
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'raw' and database_name = current_database()"
    ).fetchall():
        there.setdefault(table, set()).add(column)
    for table, columns in raw_tables().items():
        for column, sql_type in columns.items():
            if table in there and column not in there[table]:
                con.execute(f"alter table raw.{name(table)} add column {name(column)} {sql_type}")


@cache
def raw_tables() -> Mapping[str, Mapping[str, str]]:
    """Every raw table of ingest with its columns and their DuckDB types."""
    landing = load_contracts()
    found: dict[str, Mapping[str, str]] = {}
    for contract in (*landing.values(), *load_vendor_contracts().values()):
        columns = contract.table_columns()
        found[contract.table] = columns
        found[f"{contract.table}__history"] = columns | {"_fate": "varchar"}
    for contract in folded_contracts().values():
        found[f"{contract.table}__waiting"] = contract.table_columns() | {"_fate": "varchar"}
    for source, told_by in FOLDED.items():
        found |= {f"{vendor}__{source}": landing[source].table_columns() for vendor in told_by}
    for source, vendors in vendor_tables().items():
        keyed = landing[source].table_columns() | {"_record_key": "ubigint"}
        found |= {f"{vendor}__{source}": keyed for vendor in vendors}
    return found


@cache
def definitions() -> tuple[str, ...]:
    """Every statement that makes a table or a view of ingest."""
    ops = (f"create table if not exists ops.{table} ({columns})" for table, columns in OPS_TABLES.items())
    raw = (table_definition(table, columns) for table, columns in raw_tables().items())
    return (*ops, *raw, *union_views())


def table_definition(table: str, columns: Mapping[str, str]) -> str:
    """SQL of one raw table from column names and DuckDB types."""
    body = ", ".join(f"{name(column)} {sql_type}" for column, sql_type in columns.items())
    return f"create table if not exists raw.{name(table)} ({body})"
