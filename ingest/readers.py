"""CSV and JSON lines: copies of one source with the same header become the view `part` and its description."""

import csv
from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from ingest.contracts import Column, Contract
from ingest.copying import Copy, UnreadableFileError
from ingest.json_depth import MAX_DEPTH, too_deep
from ingest.sql import text
from ingest.staging import Part
from ingest.text_reader import TextFile, read_text
from ingest.typing_rules import RawColumn


def csv_header(copy: Copy) -> tuple[str, ...]:
    """Column names of a CSV copy; raise UnreadableFileError when the header line cannot be read."""
    try:
        return tuple(next(csv.reader([copy.header or ""], strict=True)))
    except csv.Error as error:
        raise UnreadableFileError(f"the header line cannot be read: {error}") from error


def header_fault(contract: Contract, header: Sequence[str]) -> tuple[str, str] | None:
    """What condemns a whole file: a column named twice, or a required column that is not there."""
    lowered = [column.lower() for column in header]
    twice = sorted({column for column in lowered if lowered.count(column) > 1})
    if twice:
        return "duplicate_column", f"the header names twice: {', '.join(twice)}"
    missing = [column for column in contract.required if column.lower() not in lowered]
    if missing:
        return "missing_column", f"the file has no column {', '.join(missing)}"
    return None


def by_name(contract: Contract, header: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Positions of the contract's columns, and of all other columns, by name."""
    known = {column.lower(): column for column in contract.names}
    positions: dict[str, int] = {}
    extra: dict[str, int] = {}
    for position, column in enumerate(header):
        if column.lower() in known:
            positions.setdefault(known[column.lower()], position)
        else:
            extra.setdefault(column, position)
    return positions, extra


def extra_json(extra: dict[str, str]) -> str:
    """SQL for a JSON object of the columns a contract does not know, without nulls; null when empty."""
    if not extra:
        return "null::json"
    members = ", ".join(f"{text(column)}, {expression}" for column, expression in extra.items())
    return f"nullif(json_merge_patch('{{}}', json_object({members})), '{{}}'::json)"


def count_drift(con: DuckDBPyConnection, extra: dict[str, str]) -> None:
    """Note for each unknown column of `part` in how many rows of each file it holds a value."""
    if extra:
        counts = ", ".join(f"count({expression})" for expression in extra.values())
        con.execute(
            f"insert into drifted select _file_id, unnest(?::varchar[]), unnest([{counts}]) from part group by all",
            [list(extra)],
        )


def read_csv(con: DuckDBPyConnection, contract: Contract, files: list[TextFile]) -> Part:
    """Read CSV copies that share one header."""
    header = csv_header(files[0].copy)
    fault = header_fault(contract, header)
    lines = len(header) == 1
    read_text(con, files, len(header), lines=lines)
    positions, extra_positions = by_name(contract, header)
    columns = {column.name: column for column in contract.columns}
    extra = {column: f"nullif(c{n}, '')" for column, n in extra_positions.items()}
    if fault is None:
        count_drift(con, extra)
    fields = ", ".join(
        f"case when regexp_matches(c{n}, '[\",\\n]') then '\"' || replace(c{n}, '\"', '\"\"') || '\"' "
        f"else coalesce(c{n}, '') end"
        for n in range(len(header))
    )
    return Part(
        raw={c: RawColumn(columns[c], f"c{n}") for c, n in positions.items()},
        extra=extra_json(extra),
        raw_row="c0" if lines else f"concat_ws(',', {fields})",
        has_nul=any(file.copy.has_nul for file in files),
        fault=fault,
    )


def read_jsonl(con: DuckDBPyConnection, contract: Contract, files: list[TextFile]) -> Part:
    """Read copies with one JSON object per line; the objects need not have the same keys."""
    read_text(con, files, 1, lines=True)
    known = {column.lower(): column for column in contract.names}
    con.execute(
        "create or replace temp table objects as "
        f"with judged as (select _file_id, _row_number, _rid, c0, {too_deep('c0')} as is_deep from part) "
        "select *, case when not is_deep then try_cast(c0 as json) end as object, json_keys(object) as keys from judged"
    )
    con.execute(
        "create or replace temp table spelled as "
        "select _file_id, key, lower(key) as lowered, count(*) as rows "
        "from (select _file_id, unnest(list_distinct(keys)) as key from objects) group by all"
    )
    unknown = con.execute(
        "insert into drifted select _file_id, key, rows from spelled where not list_contains(?::varchar[], lowered)",
        [list(known)],
    ).fetchall()[0][0]
    variants: dict[str, list[str]] = {}
    for key, lowered in con.execute(
        "select distinct key, lowered from spelled where list_contains(?::varchar[], lowered) order by all",
        [list(known)],
    ).fetchall():
        variants.setdefault(known[lowered], []).append(key)
    return objects_part(con, contract, variants, unknown > 0, any(f.copy.has_nul for f in files))


def objects_part(
    con: DuckDBPyConnection,
    contract: Contract,
    variants: dict[str, list[str]],
    has_unknown: bool,
    has_nul: bool,
) -> Part:
    """Describe the table `objects`: one extraction per spelling of a key, all in one pass over the text."""
    spellings = [key for keys in variants.values() for key in keys]
    paths = ", ".join(text(f'$."{key}"') for key in spellings)
    position = {key: n for n, key in enumerate(spellings, start=1)}
    con.execute("drop view if exists part")
    con.execute(
        "create or replace temp view part as select _file_id, _row_number, _rid, c0, object, keys, is_deep, "
        f"json_extract_string(object, [{paths}]) as found from objects"
    )
    columns = {column.name: column for column in contract.columns}
    values = {c: [f"found[{position[key]}]" for key in keys] for c, keys in variants.items()}
    texts = {c: v[0] if len(v) == 1 else f"coalesce({', '.join(v)})" for c, v in values.items()}
    known = text("{" + ", ".join(f'"{key}": null' for key in spellings) + "}")
    return Part(
        raw={c: RawColumn(columns[c], t, nested=nested(columns[c], t, variants[c])) for c, t in texts.items()},
        extra=f"nullif(json_merge_patch(object, {known}), '{{}}'::json)" if has_unknown else "null::json",
        raw_row="c0",
        has_nul=has_nul,
        row_fault=line_fault(),
    )


def nested(column: Column, value: str, keys: list[str]) -> str | None:
    """SQL: a text column holds an object or a list; only text that looks like one is looked up again."""
    if column.type != "text":
        return None
    found = " or ".join(f"""json_type(object, {text(f'$."{key}"')}) in ('OBJECT', 'ARRAY')""" for key in keys)
    # not a conjunction: the engine would evaluate both sides for every row
    return f"(case when left({value}, 1) in ('{{', '[') then {found} else false end)"


def key_twice(keys: str) -> str:
    """SQL: a list of keys names one twice, in any case."""
    return f"len({keys}) != len(list_distinct(list_transform({keys}, key -> lower(key))))"


def line_fault() -> str:
    """SQL for {code, reason} of a line that is no usable JSON object, else null."""
    faults = [
        ("is_deep", f"the line is nested over {MAX_DEPTH} levels deep"),
        ("object is null", "the line is no JSON"),
        ("json_type(object) != 'OBJECT'", "the line is no JSON object"),
        (key_twice("keys"), "a key stands twice"),
    ]
    return (
        "case "
        + " ".join(f"when {when} then {{'code': 'unreadable_line', 'reason': {text(told)}}}" for when, told in faults)
        + " end"
    )
