"""Lines the CSV reader refused: found by byte position, kept as raw text, blanked in the copy.

The reader is asked again after the refused lines are blanked, until it refuses nothing. A quote that is never closed
makes it refuse one record that hides all lines up to the next quote; only the first of them is blanked, so the hidden
good lines come back in the next round. Blanking keeps every line number as it is in the landed file.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from duckdb import DuckDBPyConnection

from ingest.files import CHUNK_BYTES

MAX_RAW_TEXT = 10_000
DOUBTFUL_BYTES = 1 << 16
PROBE_BYTES = 4096
REJECT_CODES = {
    "INVALID ENCODING": ("bad_encoding", "the line is not valid UTF-8"),
    "UNQUOTED VALUE": ("unreadable_line", "a quote is not closed or stands inside a value"),
    "LINE SIZE OVER MAXIMUM": ("unreadable_line", "the line is longer than 2 MB"),
    "INVALID STATE": ("unreadable_line", "the quoting cannot be read"),
    "MISSING COLUMNS": ("wrong_field_count", "the line has too few fields"),
    "TOO MANY COLUMNS": ("wrong_field_count", "the line has too many fields"),
}
ONE_LINE_ONLY = {"UNQUOTED VALUE", "LINE SIZE OVER MAXIMUM", "INVALID STATE"}


@dataclass(frozen=True)
class Reject:
    """A refused record: where it starts in the copy (bytes from 0), how many lines are its own, and why.

    `hidden` is how many bytes an open quote hid behind the first line; infinite when nobody can tell.
    """

    offset: int
    lines: int
    code: str
    reason: str
    hidden: float


@dataclass(frozen=True)
class RejectedRow:
    """A refused record as the quarantine keeps it."""

    file_id: int
    row_number: int
    code: str
    reason: str
    raw: str


def read_rejects(con: DuckDBPyConnection, lines_only: bool) -> dict[int, list[Reject]]:
    """Rejects of the last read by file id, in file order; one per record, the worst reason of each.

    `lines_only`: a line was read as one value, so too many fields means a control character in it.
    """
    found = con.execute(
        """
        select
            parse_filename(scans.file_path, true)::bigint as file_id,
            errors.line_byte_position - 1 as byte_offset,
            any_value(errors.csv_line) as csv_line,
            list(distinct errors.error_type::varchar) as error_types,
        from reject_errors as errors
        inner join reject_scans as scans using (scan_id, file_id)
        group by scans.file_path, errors.line_byte_position
        order by file_id, byte_offset
        """
    ).fetchall()
    rejects: dict[int, list[Reject]] = {}
    for file_id, offset, csv_line, error_types in found:
        code, reason = next(
            (told for kind, told in REJECT_CODES.items() if kind in error_types),
            ("unreadable_line", ", ".join(sorted(error_types)).lower()),
        )
        if lines_only and code == "wrong_field_count":
            code, reason = "unreadable_line", "the line holds a control character"
        record = csv_line.strip("\n")
        lines, hidden = record.count("\n") + 1, 0.0
        if len(csv_line) >= MAX_RAW_TEXT:
            lines, hidden = 1, math.inf
        elif ONE_LINE_ONLY & set(error_types) and lines > 1:
            lines, hidden = 1, len(record.encode())
        rejects.setdefault(file_id, []).append(Reject(offset, lines, code, reason, hidden))
    return {file_id: trustworthy(found) for file_id, found in rejects.items()}


def trustworthy(rejects: list[Reject]) -> list[Reject]:
    """Leave out rejects shortly behind an open quote: the reader may have been inside a value there.

    They are met again in the next round, if they are real.
    """
    kept: list[Reject] = []
    trusted_from = 0.0
    for reject in rejects:
        if reject.offset >= trusted_from:
            kept.append(reject)
            if reject.hidden:
                trusted_from = reject.offset + reject.hidden + DOUBTFUL_BYTES
    return kept


def drop_rejects(con: DuckDBPyConnection) -> None:
    """Forget the rejects of the last read."""
    con.execute("drop table if exists reject_errors")
    con.execute("drop table if exists reject_scans")


def raw_text(raw: bytes) -> str:
    """Raw bytes as text for the quarantine; a very long line is told by its length."""
    if len(raw) > MAX_RAW_TEXT:
        return f"({len(raw)} bytes)"
    return raw.decode("utf-8", "backslashreplace")


def blank_rejects(file_id: int, path: Path, rejects: list[Reject]) -> list[tuple[int, RejectedRow]]:
    """Rewrite a copy with its rejected records blanked; return (number of lines, row) for each.

    What the reader tells of wild quoting is not exact: a record may begin inside a line, overlap the one before (it
    is met again in the next round, if it is real) or claim lines behind the end of the file.
    """
    with path.open("rb") as probe:
        starts = [line_start(probe, reject.offset) for reject in rejects]
    rows: list[tuple[int, RejectedRow]] = []
    target = path.with_suffix(".next")
    line = 1
    with path.open("rb") as source, target.open("wb") as out:
        for reject, start in zip(rejects, starts, strict=True):
            if start < source.tell():
                continue
            line += copy_up_to(source, out, start)
            while (raw := source.readline()) == b"\n":
                out.write(raw)
                line += 1
            if not raw:
                break
            own = [raw, *(source.readline() for _ in range(reject.lines - 1))]
            count = sum(1 for part in own if part)
            raw = b"".join(own)
            out.write(b"\n" * count)
            text = raw_text(raw.removesuffix(b"\n"))
            cut = "" if raw.endswith(b"\n") else "; the file ends inside this line"
            row = RejectedRow(file_id, line, reject.code, reject.reason + cut, text)
            rows.append((count, row))
            line += count
        copy_up_to(source, out, path.stat().st_size)
    target.replace(path)
    return rows


def line_start(stream: BinaryIO, offset: int) -> int:
    """Where the line begins that the byte at an offset is part of."""
    end = offset
    while end > 0:
        start = max(0, end - PROBE_BYTES)
        stream.seek(start)
        found = stream.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def blank_lines(file_id: int, path: Path, numbers: Iterable[int], reason: str) -> list[tuple[int, RejectedRow]]:
    """Rewrite a copy with some lines blanked; each that is not blank becomes a row of the quarantine."""
    rows: list[tuple[int, RejectedRow]] = []
    wanted = set(numbers)
    target = path.with_suffix(".next")
    with path.open("rb") as source, target.open("wb") as out:
        for number, raw in enumerate(source, start=1):
            if number in wanted and raw != b"\n":
                text = raw_text(raw.removesuffix(b"\n"))
                rows.append((1, RejectedRow(file_id, number, "unreadable_line", reason, text)))
                raw = b"\n"
            out.write(raw)
    target.replace(path)
    return rows


def copy_up_to(source: BinaryIO, out: BinaryIO, offset: int) -> int:
    """Copy bytes up to an absolute offset; return how many line ends they held."""
    newlines = 0
    while (left := offset - source.tell()) > 0:
        chunk = source.read(min(left, CHUNK_BYTES))
        if not chunk:
            break
        newlines += chunk.count(b"\n")
        out.write(chunk)
    return newlines


def store_rejected(con: DuckDBPyConnection, rows: list[RejectedRow]) -> None:
    """Append refused records to the temporary quarantine in one statement."""
    if rows:
        con.execute(
            "insert into quarantined select unnest(?::bigint[]), unnest(?::bigint[]), "
            "unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[])",
            [
                [row.file_id for row in rows],
                [row.row_number for row in rows],
                [row.code for row in rows],
                [row.reason for row in rows],
                [row.raw for row in rows],
            ],
        )
