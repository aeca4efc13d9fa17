"""DialNexa's call lists (`GET /v1/calls`) and Call History exports into the view `part`, as deliveries are read.

A record of the API and a row of an export tell of a call what a delivery tells; the fold makes one call of all of them.
"""

import re

from duckdb import DuckDBPyConnection

from ingest.contracts import Contract
from ingest.readers import csv_header, header_fault
from ingest.sql import text
from ingest.staging import Part
from ingest.text_reader import TextFile, read_text
from ingest.typing_rules import RawColumn
from ingest.vendors.dialnexa import mapping
from ingest.vendors.dialnexa_reader import call_object, delivery_fault, expressions, unmapped
from ingest.vendors.macros import create_macros
from ingest.vendors.records import read_records
from ingest.vendors.spec import Field, Kind, VendorFolder

TIMES = ("event_at", "initiated_at", "received_at")
BESIDE_CALL = (
    "sensitive_delete",
    "metadata",
    "call_transfer",
    "credits",
    "latency",
    "category",
    "category_id",
    "billing",
)


def read_calls(con: DuckDBPyConnection, contract: Contract, files: list[TextFile]) -> Part:
    """Pages, lists and single records of calls."""
    create_macros(con)
    nothing = Field()
    kind = Kind("call", (), {}, nothing, nothing, frozenset(), ())
    pages = dict.fromkeys(mapping()["pages"], "call")
    folder = VendorFolder(contract.source, "dialnexa", pages, (), (kind,), {}, closed=("id", "call_id"))
    read_records(con, folder, files)
    con.execute(
        "create or replace temp table objects as select _file_id, _row_number, _rid, raw_row as c0, fault, "
        "coalesce(wrapper, '{}'::json) as line, body, body -> '$.payload' as payload, "
        f"coalesce({call_object()}) as call, true as is_signed from records"
    )
    con.execute("drop table records")
    return described(con, contract, files)


def read_export(con: DuckDBPyConnection, contract: Contract, files: list[TextFile]) -> Part:
    """Rows of a CSV export; each becomes the object the API would have given."""
    create_macros(con)
    header = csv_header(files[0].copy)
    read_text(con, files, len(header), lines=len(header) == 1)
    con.execute(
        f"create or replace temp table objects as select _file_id, _row_number, _rid, "
        f"to_json([{', '.join(f'c{n}' for n in range(len(header)))}])::varchar as c0, "
        "null::struct(code varchar, reason varchar) as fault, '{}'::json as line, "
        f"{row_object(header)} as body, null::json as payload, body as call, true as is_signed from part"
    )
    part = described(con, contract, files)
    names = [export_member(column) for column in header]
    twice = header_fault(contract, header)
    if twice and twice[0] == "duplicate_column":
        fault = twice
    elif not {"id", "session_id"} & set(names):
        fault = ("missing_column", "the file has no column id or call_id")
    else:
        return part
    return Part(part.raw, part.extra, part.raw_row, part.has_nul, fault)


def export_member(column: str) -> str:
    """The member of a call that a column of an export holds."""
    word = re.sub(r"[ -]+", "_", column.strip().lower())
    camel = {"createdat": "created_at", "callid": "id", "agentid": "agent_id", "endreason": "end_reason"}
    return mapping()["export_columns"].get(word, camel.get(word, word))


def row_object(header: tuple[str, ...]) -> str:
    """SQL: the object of one row; columns that are no member of a call are its analysis."""
    known = {path.split(".")[1] for paths in mapping()["fields"].values() for path in paths}
    known |= {*mapping()["outcome"], *BESIDE_CALL}
    own: list[str] = []
    custom: list[str] = []
    for n, column in enumerate(header):
        member = export_member(column)
        target = own if member in known else custom
        shown = member if member in known else re.sub(r"[ -]+", "_", column.strip().lower())
        target.append(f"{text(shown)}, nullif(c{n}, '')")
    analysis = f"nullif(json_merge_patch('{{}}', json_object({', '.join(custom)})), '{{}}'::json)"
    if custom:
        own.append(f"'post_call_analysis', {analysis}")
    return f"json_merge_patch('{{}}', json_object({', '.join(own)}))"


def described(con: DuckDBPyConnection, contract: Contract, files: list[TextFile]) -> Part:
    """The view `part` over `objects`, with the columns of a delivery."""
    con.execute("drop view if exists part")
    con.execute("create temp view part as select * from objects")
    columns = {column.name: column for column in contract.columns}
    found = expressions()
    for column in TIMES:
        found[column] = f"vendor_time({found[column]})"
    answer = (
        "case when (body -> '$.statusCode') is not null and (body -> '$.message') is not null "
        "then {'code': 'unknown_object', 'reason': 'an error answer and no call'} end"
    )
    return Part(
        raw={column: RawColumn(columns[column], sql) for column, sql in found.items()},
        extra=unmapped(),
        raw_row="c0",
        has_nul=any(file.copy.has_nul for file in files),
        row_fault=f"coalesce(fault, {answer}, {delivery_fault()})",
    )
