"""Files of a vendor folder into the view `part`: one row per object, its rows of landing tables mapped on the way."""

import csv
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from duckdb import DuckDBPyConnection

from ingest.contracts import Contract, load_contracts
from ingest.sql import name, text
from ingest.staging import Part, RunStamp
from ingest.text_reader import TextFile
from ingest.typing_rules import RawColumn
from ingest.vendors.elements import elements_of
from ingest.vendors.macros import NESTED, create_macros
from ingest.vendors.mapping import known_members, map_kind, own_value, unknown_json
from ingest.vendors.records import read_records
from ingest.vendors.spec import Kind, VendorFolder, vendor_folders

SCAN_STATUSES = Path(__file__).parent / "scan_statuses.csv"


@cache
def scan_statuses() -> tuple[tuple[str, str, str], ...]:
    """(sender, code, our status) of the one table of scan codes, in upper case with underscores."""
    with SCAN_STATUSES.open(encoding="utf-8", newline="") as stream:
        return tuple((row["sender"].upper(), row["code"].upper(), row["status"]) for row in csv.DictReader(stream))


def create_lookups(con: DuckDBPyConnection, folder: VendorFolder) -> None:
    """`vendor_map` and `scan_statuses`: the declared translations as tables, each key once."""
    create_macros(con)
    maps: Mapping[str, Mapping[str, str]] = folder.maps
    rows = [(m, seen.lower(), value) for m, pairs in maps.items() for seen, value in pairs.items()]
    for table, columns, found in (
        ("vendor_map", ("map", "seen", "value"), rows),
        ("scan_statuses", ("sender", "code", "status"), list(scan_statuses())),
    ):
        lists = [list(column) for column in zip(*found, strict=True)] or [[], [], []]
        taken = ", ".join(f"unnest(?::varchar[]) as {column}" for column in columns)
        con.execute(f"create or replace temp table {table} as select {taken}", lists)


def create_mapped_tables(con: DuckDBPyConnection, folder: VendorFolder) -> None:
    """The temporary tables in which mapped rows wait for the verdict on their objects."""
    for source in sorted({target.into for kind in folder.kinds for target in kind.targets}):
        columns = ", ".join(f"{name(c)} {t}" for c, t in load_contracts()[source].table_columns().items())
        con.execute(f"create temp table if not exists {name('mapped__' + source)} ({columns}, _record_rid bigint)")


def read_vendor_files(con: DuckDBPyConnection, contract: Contract, files: list[TextFile], stamp: RunStamp) -> Part:
    """Read files of one folder into `part`; rows of parts that cannot be read go to `quarantined`."""
    folder = vendor_folders()[contract.source]
    has_nul = any(file.copy.has_nul for file in files)
    create_lookups(con, folder)
    create_mapped_tables(con, folder)
    read_records(con, folder, files)
    tell_arrivals(con, files)
    con.execute(
        "create or replace temp table vendor_objects (_rid bigint, record_id varchar, updated varchar, extra json)"
    )
    for kind in folder.kinds:
        count_unknown(con, kind)
        own_values(con, contract, folder, kind)
        map_kind(con, folder, kind, stamp, has_nul)
    con.execute("drop view if exists part")
    con.execute(
        "create temp view part as select records.* exclude (body, wrapper, is_sound), record_id, updated, extra, "
        "md5(body::varchar) as body_hash from records left join vendor_objects using (_rid)"
    )
    columns = {column.name: column for column in contract.columns}
    told = {"object": "kind", "record_id": "record_id", "source_updated_at": "updated", "body_hash": "body_hash"}
    return Part(
        raw={column: RawColumn(columns[column], expression) for column, expression in told.items()},
        extra="extra",
        raw_row="raw_row",
        has_nul=has_nul,
        row_fault=(
            f"coalesce(fault, case when starts_with(record_id, {text(NESTED)}) "
            "then {'code': 'wrong_type', 'reason': 'the identifier is no single value'} end)"
        ),
    )


def tell_arrivals(con: DuckDBPyConnection, files: list[TextFile]) -> None:
    """Answers without a time of their own arrived when their file was written: the wrapper tells `file_time`."""
    times = [datetime.fromtimestamp(file.copy.landed.path.stat().st_mtime, UTC).isoformat() for file in files]
    con.execute(
        "update records set wrapper = json_merge_patch(coalesce(wrapper, '{}'::json), "
        "json_object('file_time', arrived)) from (select unnest(?::bigint[]) as file_id, "
        "unnest(?::varchar[]) as arrived) as arrivals where file_id = _file_id",
        [[file.file_id for file in files], times],
    )


def count_unknown(con: DuckDBPyConnection, kind: Kind) -> None:
    """Members that nobody reads, and objects of a kind that nobody maps, are drift."""
    if not kind.targets:
        con.execute(
            f"insert into drifted select _file_id, {text('object ' + kind.name)}, count(*) from records "
            f"where kind = {text(kind.name)} group by all"
        )
        return
    known = ", ".join(text(member) for member in sorted(known_members(kind)))
    con.execute(
        "insert into drifted select _file_id, member, count(*) from ("
        f"select _file_id, unnest(json_keys(body)) as member from records where kind = {text(kind.name)}) "
        f"where member not in ({known}) group by all"
    )
    for each in sorted({target.each for target in kind.targets if target.each and "[*]" not in target.each}):
        members_of_elements(con, kind, each)


def members_of_elements(con: DuckDBPyConnection, kind: Kind, each: str) -> None:
    """Unknown members of the elements of one list."""
    from ingest.vendors.mapping import members

    known = {member for target in kind.targets if target.each == each for member in members(target, kind)[1]}
    listed = ", ".join(text(member) for member in sorted(known))
    con.execute(
        f"insert into drifted select _file_id, {text(each + '.')} || member, count(*) from ("
        "select _file_id, unnest(json_keys(item)) as member from ("
        f"select _file_id, unnest({elements_of(each)}) as item "
        f"from records where kind = {text(kind.name)}) where json_type(item) = 'OBJECT') "
        f"where member not in ({listed}) group by all"
    )


def own_values(con: DuckDBPyConnection, contract: Contract, folder: VendorFolder, kind: Kind) -> None:
    """`vendor_objects`: identifier and version of the objects of one kind; those nobody maps are kept masked."""
    columns = {column.name: column for column in contract.columns}
    identifier, of_id = own_value(folder, columns["record_id"], kind.id)
    updated, of_time = own_value(folder, columns["source_updated_at"], kind.updated)
    kept = unknown_json("body", set()) if not kind.targets else "null::json"
    con.execute(
        f"""
        insert into vendor_objects
        with ids as (
            select *, {of_id.body.extraction("body")} as f, {of_id.wrapper.extraction("wrapper")} as w,
                body::varchar as body_text
            from records where kind = {text(kind.name)} and body is not null
        ),

        identified as (
            select _rid, body, wrapper, {identifier} as record_id from ids
        ),

        times as (
            select *, {of_time.body.extraction("body")} as f, {of_time.wrapper.extraction("wrapper")} as w
            from identified
        )

        select _rid, record_id, {updated}, {kept} from times
        """
    )
    # an object without identifier or version is refused whole, and its parts are not judged beside it
    con.execute(
        "update records set is_sound = false from vendor_objects as own where own._rid = records._rid "
        "and (coalesce(record_id, '') = '' or try_cast(updated as timestamptz) is null)"
    )
