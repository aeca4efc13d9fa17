"""Parquet: checked page by page, then read into the view `part`; columns of the right type are not touched."""

from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from ingest.contracts import Contract
from ingest.copying import Copy, UnreadableFileError
from ingest.readers import by_name, count_drift, extra_json, header_fault
from ingest.sql import text
from ingest.staging import Part
from ingest.text_reader import ReaderError, TextFile, view_of_clean_rows
from ingest.typing_rules import RawColumn

CHECKSUM_LIMIT_BYTES = 64 << 20
NATIVE_TYPES = {
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "BOOLEAN": "boolean",
    "BIGINT": "bigint",
    "DECIMAL(18,4)": "decimal(18, 4)",
}
NESTED = ("STRUCT", "MAP", "UNION")
# a file may have a column of any name; this one nobody uses
PATH_COLUMN = "_path of the copy"


def parquet_schema(copy: Copy) -> tuple[tuple[str, str], ...]:
    """Column names and types; raise UnreadableFileError when the file is broken or fails its checksums."""
    assert copy.path is not None
    try:
        with pq.ParquetFile(copy.path, page_checksum_verification=True) as file:
            if copy.landed.size_bytes <= CHECKSUM_LIMIT_BYTES:
                for _ in file.iter_batches():
                    pass
            schema = file.schema_arrow
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFileError(f"not a readable Parquet file: {str(error).splitlines()[0]}") from error
    refuse_columns(schema)
    return tuple((field.name, str(field.type)) for field in schema)


def refuse_columns(schema: pa.Schema) -> None:
    """Raise UnreadableFileError for columns that a statement cannot name or the engine reads as other numbers."""
    if not schema.names:
        raise UnreadableFileError("the file has no columns")
    if any("\0" in column for column in schema.names):
        raise UnreadableFileError("the name of a column holds a NUL character")
    wide = [field.name for field in schema if pa.types.is_decimal256(field.type)]
    if wide:
        raise UnreadableFileError(f"decimals of over 38 digits cannot be read: {', '.join(wide)}")


def parquet_rows(copy: Copy) -> int:
    """Rows as the footer of the file tells."""
    return pq.read_metadata(copy.path).num_rows


def read_parquet(con: DuckDBPyConnection, contract: Contract, files: list[TextFile], header: Sequence[str]) -> Part:
    """Read Parquet copies that share one schema; columns of the target type are taken as they are."""
    paths = ", ".join(text(str(file.copy.path)) for file in files)
    names = ", ".join(f"c{n}" for n in range(len(header)))
    try:
        con.execute(
            f"create temp table round_rows as select {names}, parse_filename(_path, true)::bigint as _file_id "
            f"from read_parquet([{paths}], filename = '{PATH_COLUMN}', hive_partitioning = false) "
            f"as parts({names}, _path)"
        )
    except (duckdb.InvalidInputException, duckdb.NotImplementedException, duckdb.IOException) as error:
        raise ReaderError(str(error).splitlines()[0]) from error
    view_of_clean_rows(con, files)
    types = {row[0]: row[1] for row in con.execute("describe round_rows").fetchall()}
    positions, extra_positions = by_name(contract, header)
    columns = {column.name: column for column in contract.columns}
    raw: dict[str, RawColumn] = {}
    for column, n in positions.items():
        target = columns[column]
        native = NATIVE_TYPES.get(types[f"c{n}"]) == target.sql_type
        nested = f"c{n} is not null" if target.type == "text" and is_nested(types[f"c{n}"]) else None
        raw[column] = RawColumn(target, as_raw_text(f"c{n}", types[f"c{n}"], native), native, nested)
    extra = {c: as_raw_text(f"c{n}", types[f"c{n}"], False) for c, n in extra_positions.items()}
    fault = header_fault(contract, header)
    if fault is None:
        count_drift(con, extra)
    members = ", ".join(f"{text(c)}, {as_raw_text(f'c{n}', types[f'c{n}'], False)}" for n, c in enumerate(header))
    return Part(raw, extra_json(extra), f"json_object({members})::varchar", True, fault)


def is_nested(sql_type: str) -> bool:
    """True for objects, maps and lists."""
    return sql_type.startswith(NESTED) or sql_type.endswith("]")


def as_raw_text(column: str, sql_type: str, native: bool) -> str:
    """SQL that gives a Parquet column as raw value: itself, JSON text of nested values, or text."""
    if native or sql_type == "VARCHAR":
        return column
    if is_nested(sql_type):
        return f"to_json({column})::varchar"
    if sql_type == "BLOB":
        return f"coalesce(try(decode({column})), {column}::varchar)"
    return f"{column}::varchar"
