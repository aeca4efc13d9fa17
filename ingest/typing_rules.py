"""SQL that turns raw text into typed values and tells, for each column, what is wrong with a row.

A value is `raw` (text, or already of the target type) and becomes `typed`. Nothing is cast before its text has the
right form: a cast alone would round 1.7 to 2, drop an offset or read a word as a number.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.contracts import Column
from ingest.json_depth import MAX_DEPTH, too_deep
from ingest.sql import text

EARLIEST = "timestamptz '2000-01-01 00:00:00+00'"
LATEST_DAYS = 2
LATEST_PLANNED_DAYS = 366
SHOWN_CHARACTERS = 80

DAY_FORM = r"\d{4}-\d{2}-\d{2}"
OFFSET_FORM = r"(Z|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)"
TIMESTAMP_FORM = DAY_FORM + r"([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?" + OFFSET_FORM + "?)?)?"
MINUTE_FORM = DAY_FORM + r"[T ]\d{2}:\d{2}" + OFFSET_FORM
INTEGER_FORM = r"[+-]?\d+(\.0*)?"
NUMBER_FORM = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"

WRONG_TYPE_TEXT = {
    "timestamp": "is no ISO 8601 timestamp",
    "planned_timestamp": "is no ISO 8601 timestamp",
    "boolean": "is none of true, false, 1, 0, yes, no",
    "integer": "is no whole number",
    "number": "is no number",
    "money": "is no decimal amount",
    "json": f"is no JSON object or list of at most {MAX_DEPTH} levels",
    "json_list": f"is no JSON list of at most {MAX_DEPTH} levels",
    "currency": "is no ISO 4217 code of three capital letters",
}


@dataclass(frozen=True)
class RawColumn:
    """Where the raw value of a contract column stands: an SQL expression, text or already typed.

    `nested` is SQL that tells whether the text stands for an object or a list.
    """

    column: Column
    raw: str
    native: bool = False
    nested: str | None = None


@dataclass(frozen=True)
class Problem:
    """One way a value can be wrong: when (SQL), the reason code, and the text after the value."""

    when: str
    code: str
    text: str


def typed_expression(raw: RawColumn) -> str:
    """SQL for the typed value; null when the text is empty or does not have the right form."""
    column, value = raw.column, raw.raw
    if raw.native:
        return value
    if column.pii is not None:
        return hashed(value, column.pii)
    forms = {
        "text": f"nullif({value}, '')",
        "currency": f"case when regexp_full_match({value}, '[A-Z]{{3}}') then {value} end",
        "boolean": f"case when lower({value}) in ('true', '1', 'yes') then true "
        f"when lower({value}) in ('false', '0', 'no') then false end",
        "integer": f"case when regexp_full_match({value}, {text(INTEGER_FORM)}) then try_cast({value} as bigint) end",
        "number": f"case when regexp_full_match({value}, {text(NUMBER_FORM)}) "
        f"and isfinite(try_cast({value} as double)) then try_cast({value} as double) end",
        "money": f"case when regexp_full_match({value}, {text(NUMBER_FORM)}) "
        f"then try_cast({value} as decimal(18, 4)) end",
        "json": f"case when json_type(try_cast({value} as json)) in ('OBJECT', 'ARRAY') and not {too_deep(value)} "
        f"then json(try_cast({value} as json)) end",
        "json_list": f"case when json_type(try_cast({value} as json)) = 'ARRAY' and not {too_deep(value)} "
        f"then json(try_cast({value} as json)) end",
    }
    return forms[column.type] if column.type in forms else timestamp(value)


def timestamp(value: str) -> str:
    """SQL for the instant that ISO 8601 text tells, in UTC where it tells no offset.

    The cheap first test lets no blank through: the cast would read a name behind it as a time zone, and would read
    every later time without an offset in that zone. The cast does not know an offset behind minutes; seconds are added.
    """
    return (
        f"case when {value} like '____-__-__T__:__:__%Z' and not contains({value}, ' ') "
        f"or regexp_full_match({value}, {text(TIMESTAMP_FORM)}) then try_cast({value} as timestamptz) "
        f"when regexp_full_match({value}, {text(MINUTE_FORM)}) "
        f"then try_cast(left({value}, 16) || ':00' || substr({value}, 17) as timestamptz) end"
    )


def hashed(value: str, kind: str) -> str:
    """SQL for the keyed hash (HMAC-SHA256, hex) of a normalised number or address.

    The two padded keys are session variables, so that the key never stands in a query text.
    """
    if kind == "phone":
        digits = f"regexp_replace({value}, '[^0-9]', '', 'g')"
        normal = f"nullif(regexp_replace({digits}, '^00', ''), '')"
    else:
        normal = f"nullif(lower(trim({value})), '')"
    inner = f"unhex(sha256(getvariable('ingest_inner_key') || encode({normal})))"
    return f"sha256(getvariable('ingest_outer_key') || {inner})"


def problems(raw: RawColumn, typed: str, now: datetime, key: bool, has_nul: bool) -> list[Problem]:
    """All ways in which one column of a row can be wrong."""
    column = raw.column
    found: list[Problem] = []
    present = f"({raw.raw} is not null and {raw.raw}::varchar != '')"
    if column.required:
        code = "missing_key" if key else "missing_value"
        absent = f"{raw.raw} is null" if raw.native else f"coalesce({raw.raw}, '') = ''"
        found.append(Problem(absent, code, "is empty but required"))
    if has_nul and not raw.native:
        found.append(Problem(f"contains({raw.raw}, chr(0))", "bad_encoding", "holds a NUL character"))
    if raw.nested is not None:
        found.append(Problem(raw.nested, "wrong_type", "is an object or a list"))
    if column.type in WRONG_TYPE_TEXT and not raw.native:
        wrong = f"({typed} is null and {present})"
        found.append(Problem(wrong, "wrong_type", WRONG_TYPE_TEXT[column.type]))
    return found + value_problems(column, typed, now)


def value_problems(column: Column, typed: str, now: datetime) -> list[Problem]:
    """Ways in which a typed value can lie outside of what its column allows."""
    found: list[Problem] = []
    if column.type in ("timestamp", "planned_timestamp"):
        days = LATEST_DAYS if column.type == "timestamp" else LATEST_PLANNED_DAYS
        latest = (now + timedelta(days=days)).isoformat(sep=" ")
        outside = f"({typed} < {EARLIEST} or {typed} > timestamptz {text(latest)})"
        told = f"is not between 2000-01-01 and {days} days from now"
        found.append(Problem(outside, "out_of_range_timestamp", told))
    if column.enum:
        values = ", ".join(text(value) for value in column.enum)
        told = f"is none of {', '.join(column.enum)}"
        found.append(Problem(f"{typed} not in ({values})", "unknown_value", told))
    if column.min is not None:
        code, told = "out_of_range", f"is below {column.min:g}"
        if column.min == 0:
            code, told = "negative_value", "is negative"
        found.append(Problem(f"{typed} < {column.min}", code, told))
    if column.max is not None:
        found.append(Problem(f"{typed} > {column.max}", "out_of_range", f"is above {column.max:g}"))
    return found


def problem_struct(raw: RawColumn, problem: Problem) -> str:
    """SQL for {code, reason} when the problem holds, else null."""
    shown = f"left(replace({raw.raw}::varchar, chr(0), '\\0'), {SHOWN_CHARACTERS})"
    told = (
        text(f"{raw.column.name} {problem.text}")
        if problem.code in ("missing_key", "missing_value")
        else f"{text(raw.column.name + ' ')} || coalesce({shown}, '') || {text(' ' + problem.text)}"
    )
    return f"case when {problem.when} then {{'code': {text(problem.code)}, 'reason': {told}}} end"
