"""From `part` (raw values of some files) to the temporary tables `stage` (typed rows) and `quarantined`."""

from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection

from ingest.contracts import Contract
from ingest.sql import name, names, text
from ingest.typing_rules import Problem, RawColumn, problem_struct, problems, typed_expression

NUL_IN_JSON = r"(^|[^\\])(\\\\)*\\u0000"


@dataclass(frozen=True)
class Part:
    """What the view `part` holds for one contract.

    `raw` are the contract columns that are there; `extra` is SQL for the JSON of all others; `raw_row` is SQL
    for the row as it was; `fault` condemns every row (reason code and text); `row_fault` is SQL for
    {code, reason} of a row that could not be read as a record, null for the others.
    """

    raw: dict[str, RawColumn]
    extra: str
    raw_row: str
    has_nul: bool
    fault: tuple[str, str] | None = None
    row_fault: str | None = None


@dataclass(frozen=True)
class RunStamp:
    """Which run loads, when (UTC), and the instant from which timestamps are in the future."""

    run_id: str
    loaded_at: datetime
    now: datetime


def create_stage(con: DuckDBPyConnection, contract: Contract) -> None:
    """Create the empty temporary tables of one source."""
    columns = ", ".join(f"{name(c)} {t}" for c, t in contract.table_columns().items())
    con.execute(f"create or replace temp table stage ({columns}, _rid bigint, _is_bad boolean)")
    con.execute(
        "create or replace temp table quarantined "
        "(file_id bigint, row_number bigint, reason_code varchar, reason varchar, raw_row varchar)"
    )
    con.execute("create or replace temp table drifted (file_id bigint, column_name varchar, rows bigint)")


def stage_part(con: DuckDBPyConnection, contract: Contract, part: Part, stamp: RunStamp) -> None:
    """Type the rows of `part`: good ones to `stage`, the others with all their problems to `quarantined`."""
    con.execute(f"insert into stage {typed_select(contract, part, stamp)}")
    bad = con.execute("select count(*) from stage where _is_bad").fetchall()[0][0]
    if bad:
        con.execute(f"insert into quarantined {quarantine_select(contract, part, stamp)}")
        con.execute("delete from stage where _is_bad")


def raw_columns(contract: Contract, part: Part) -> list[RawColumn]:
    """The contract's columns in order; one that the file lacks is a null text."""
    return [part.raw.get(c.name, RawColumn(c, "null::varchar")) for c in contract.columns]


def all_problems(contract: Contract, part: Part, stamp: RunStamp) -> list[tuple[RawColumn, Problem]]:
    """Every possible problem of a row, keys first."""
    found: list[tuple[RawColumn, Problem]] = []
    columns = raw_columns(contract, part)
    for raw in sorted(columns, key=lambda item: item.column.name not in contract.key):
        if raw.column.name in part.raw or raw.column.required:
            is_key = raw.column.name in contract.key
            typed = "typed." + name(raw.column.name)
            found.extend((raw, problem) for problem in problems(raw, typed, stamp.now, is_key, part.has_nul))
    return found


def typed_rows(contract: Contract, part: Part) -> str:
    """SQL of the rows of `part` with their typed values."""
    typed = ", ".join(
        f"{typed_expression(raw)} as {name(raw.column.name)}"
        if raw.column.name in part.raw
        else f"null::{raw.column.sql_type} as {name(raw.column.name)}"
        for raw in raw_columns(contract, part)
    )
    return f"select part.*, {typed} from part"


def typed_select(contract: Contract, part: Part, stamp: RunStamp) -> str:
    """SQL of the stage rows of `part`, in the column order of the raw table."""
    conditions = [problem.when for _, problem in all_problems(contract, part, stamp)]
    conditions.append(nul_in_extra(part))
    if part.row_fault is not None:
        conditions.append(f"({part.row_fault}) is not null")
    is_bad = "true" if part.fault else " or ".join(f"coalesce({c}, false)" for c in conditions)
    surrogates = "".join(f"{surrogate(name(column))} as {name(key)}, " for key, column in contract.surrogates.items())
    return f"""
        with typed as (
            {typed_rows(contract, part)}
        )

        select
            {names(contract.names, "typed")},
            {surrogates}
            {part.extra} as _extra,
            files.file as _source_file,
            typed._file_id,
            typed._row_number,
            hash({names(contract.names, "typed")}) as _content_hash,
            hash({names(contract.key, "typed")}) as _key_hash,
            timestamptz {text(stamp.loaded_at.isoformat(sep=" "))} as _ingested_at,
            {text(stamp.run_id)} as _run_id,
            typed._rid,
            {is_bad} as _is_bad,
        from typed
        inner join files on files.file_id = typed._file_id
    """


def surrogate(column: str) -> str:
    """SQL for the stable 63 bit integer that stands for an identifier."""
    return f"(md5_number_lower({column}) >> 1)::bigint"


def nul_in_extra(part: Part) -> str:
    """SQL: a column that the contract does not know holds a NUL character."""
    return f"regexp_matches(({part.extra})::varchar, {text(NUL_IN_JSON)})" if part.has_nul else "false"


def problem_list(contract: Contract, part: Part, stamp: RunStamp) -> str:
    """SQL: the list of {code, reason} of all problems of a row of `part`, the gravest first."""
    found = [problem_struct(raw, problem) for raw, problem in all_problems(contract, part, stamp)]
    told = "{'code': 'bad_encoding', 'reason': 'an unknown column holds a NUL character'}"
    found.append(f"case when {nul_in_extra(part)} then {told} end")
    if part.row_fault is not None:
        found = [part.row_fault, *(f"case when ({part.row_fault}) is null then {f} end" for f in found)]
    if part.fault:
        code, reason = part.fault
        found = [f"{{'code': {text(code)}, 'reason': {text(reason)}}}"]
    return f"list_filter([{', '.join(found)}], lambda problem: problem is not null)"


def quarantine_select(contract: Contract, part: Part, stamp: RunStamp) -> str:
    """SQL of the quarantine rows for the bad rows of `part`; the first problem gives the reason code."""
    return f"""
        with typed as (
            {typed_rows(contract, part)}
        ),

        judged as (
            select
                typed._file_id,
                typed._row_number,
                {problem_list(contract, part, stamp)} as problems,
                {part.raw_row} as raw_row,
            from typed
            where typed._rid in (
                select stage._rid
                from stage
                where stage._is_bad
            )
        )

        select
            _file_id,
            _row_number,
            problems[1].code,
            array_to_string(list_transform(problems, lambda problem: problem.reason), '; '),
            case
                when strlen(raw_row) > 10000 then '(' || strlen(raw_row) || ' bytes)'
                else raw_row
            end,
        from judged
        order by _file_id, _row_number
    """
