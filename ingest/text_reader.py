"""Text copies into the temporary table `part`: every column as text, each row with its physical line.

`part` has the columns c0, c1, ... in file order, `_file_id`, `_row_number` and `_rid`. The copies are read into
a table first and typed afterwards: a cast inside the scan would be pushed into the reader and could drop rows.
"""

from dataclasses import dataclass, field

import duckdb
from duckdb import DuckDBPyConnection

from ingest.copying import Copy
from ingest.errors import AccountingError
from ingest.rejects import (
    RejectedRow,
    blank_lines,
    blank_rejects,
    drop_rejects,
    read_rejects,
    store_rejected,
)
from ingest.sql import text

MAX_ROUNDS = 20
CSV_OPTIONS = "delim = ',', quote = '\"', escape = '\"'"
LINE_OPTIONS = "delim = chr(1), quote = '', escape = ''"


class ReaderError(Exception):
    """The reader gave up on a group of files; read them one by one."""


@dataclass
class TextFile:
    """A copy on its way into `part`: which of its lines hold no record (any more)."""

    file_id: int
    copy: Copy
    excluded: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, file_id: int, copy: Copy) -> "TextFile":
        """A copy before its first reading: blank lines below the header hold no record."""
        blank = [line for line in copy.excluded if line > copy.header_line]
        return cls(file_id, copy, blank)

    @property
    def free_lines(self) -> int:
        """Physical lines that must be found again in rows."""
        return self.copy.lines - self.copy.header_line - len(self.excluded)


def read_text(con: DuckDBPyConnection, files: list[TextFile], columns: int, lines: bool) -> None:
    """Read copies with equal headers into the temporary view `part`; rejects go to `quarantined`.

    `lines` reads each physical line as one value. Raises ReaderError when the engine cannot read the files at all.
    """
    refused = read_once(con, files, columns, lines, last=False)
    if not refused and not any(file.excluded for file in files):
        counts = count_rows(con)
        if all(counts.get(file.file_id, 0) == file.free_lines for file in files):
            view_of_clean_rows(con, files)
            return
    names = ", ".join(f"c{n}" for n in range(columns))
    body = ", ".join(f"c{n} varchar" for n in range(columns))
    con.execute(f"create temp table part_rows ({body}, _file_id bigint, _row_number bigint)")
    append_round(con, [file for file in files if file not in refused], columns, lines)
    for round_no in range(MAX_ROUNDS):
        if not refused:
            break
        pending, refused = refused, read_once(con, refused, columns, lines, last=round_no == MAX_ROUNDS - 2)
        append_round(con, [file for file in pending if file not in refused], columns, lines)
    for file in refused:
        blank_last(con, file, file.free_lines)
    con.execute(f"create temp view part as select {names}, _file_id, _row_number, rowid as _rid from part_rows")


def drop_part(con: DuckDBPyConnection) -> None:
    """Drop what the last read left."""
    con.execute("drop view if exists part")
    for table in ("part_rows", "round_rows", "starts", "gaps", "objects", "spelled", "signed", "records"):
        con.execute(f"drop table if exists {table}")


def read_once(con: DuckDBPyConnection, files: list[TextFile], columns: int, lines: bool, last: bool) -> list[TextFile]:
    """Read copies into `round_rows`, only those whose every line is there; blank what was refused in the others.

    Returns the others. `last` gives up on every line behind the last refused one.
    """
    rejects = read_round(con, files, columns, lines)
    found = {} if lines else found_lines(con, files, columns)
    refused: list[TextFile] = []
    for file in files:
        path = file.copy.path
        assert path is not None
        if file.file_id in rejects:
            blanked = blank_rejects(file.file_id, path, rejects[file.file_id])
            store_rejected(con, exclude(file, blanked))
            if last or not blanked:
                behind = blanked[-1][1].row_number if blanked else 0
                blank_last(con, file, sum(1 for line in record_lines(file) if line > behind))
            refused.append(file)
        elif not lines and found.get(file.file_id, 0) != file.free_lines:
            # the reader says nothing of a last quote that is never closed: the lines it hides are the last ones
            missing = file.free_lines - found.get(file.file_id, 0)
            blank_last(con, file, missing if missing > 0 else file.free_lines)
            refused.append(file)
    if refused:
        ids = ", ".join(str(file.file_id) for file in refused)
        con.execute(f"delete from round_rows where _file_id in ({ids})")
    return refused


def exclude(file: TextFile, blanked: list[tuple[int, RejectedRow]]) -> list[RejectedRow]:
    """Note the lines of refused records as lines that hold no record; return the records."""
    for count, row in blanked:
        file.excluded.extend(range(row.row_number, row.row_number + count))
    file.excluded = sorted(set(file.excluded))
    return [row for _, row in blanked]


def record_lines(file: TextFile) -> list[int]:
    """Line numbers that may still hold a record."""
    excluded = set(file.excluded)
    return [line for line in range(file.copy.header_line + 1, file.copy.lines + 1) if line not in excluded]


def blank_last(con: DuckDBPyConnection, file: TextFile, count: int) -> None:
    """Move the last lines of a file that may hold a record to the quarantine, line by line."""
    path = file.copy.path
    assert path is not None
    numbers = record_lines(file)[max(file.free_lines - count, 0) :]
    store_rejected(
        con, exclude(file, blank_lines(file.file_id, path, numbers, "open quotes hide where this line belongs"))
    )


def view_of_clean_rows(con: DuckDBPyConnection, files: list[TextFile]) -> None:
    """One row per line and nothing left out: the line number follows from the position in the table."""
    con.execute(
        "create temp table starts as select _file_id, min(rowid) as first_rowid, "
        "any_value(header_line) as header_line from round_rows "
        "inner join (select unnest(?::bigint[]) as _file_id, unnest(?::bigint[]) as header_line) "
        "using (_file_id) group by all",
        [[file.file_id for file in files], [file.copy.header_line for file in files]],
    )
    con.execute(
        "create temp view part as select round_rows.*, round_rows.rowid as _rid, "
        "round_rows.rowid - first_rowid + header_line + 1 as _row_number "
        "from round_rows inner join starts using (_file_id)"
    )


def read_round(con: DuckDBPyConnection, files: list[TextFile], columns: int, lines: bool) -> dict[int, list]:
    """Read the copies once into `round_rows`; return the rejects by file id."""
    drop_rejects(con)
    paths = ", ".join(text(str(file.copy.path)) for file in files)
    types = ", ".join(f"'c{n}': 'varchar'" for n in range(columns))
    header_line = files[0].copy.header_line
    try:
        con.execute(
            f"""
            create or replace temp table round_rows as
            select * exclude (_path), parse_filename(_path, true)::bigint as _file_id
            from read_csv(
                [{paths}], filename = '_path', hive_partitioning = false, auto_detect = false,
                header = {header_line > 0}, skip = {max(header_line - 1, 0)}, {LINE_OPTIONS if lines else CSV_OPTIONS},
                strict_mode = true, new_line = '\\n', store_rejects = true, columns = {{{types}}}
            )
            """
        )
        return read_rejects(con, lines)
    except duckdb.InvalidInputException as error:
        raise ReaderError(str(error).splitlines()[0]) from error
    finally:
        drop_rejects(con)


def append_round(con: DuckDBPyConnection, files: list[TextFile], columns: int, lines: bool) -> None:
    """Give the rows of `round_rows` their physical line numbers and append them to `part_rows`."""
    if not files:
        return
    embedded = "0" if lines else embedded_lines(con, files, columns)
    check_lines(con, files, embedded, lines)
    rows = [(file.file_id, 0, file.copy.header_line + 1) for file in files] if lines else gap_rows(files)
    con.execute(
        "create or replace temp table gaps as select unnest(?::bigint[]) as _file_id, "
        "unnest(?::bigint[]) as ordinal, unnest(?::bigint[]) as shift",
        list(map(list, zip(*rows, strict=True))),
    )
    names = ", ".join(f"c{n}" for n in range(columns))
    con.execute(
        f"""
        insert into part_rows
        with numbered as (
            select
                {names},
                _file_id,
                row_number() over file - 1 + coalesce(
                    sum({embedded}) over (file rows between unbounded preceding and 1 preceding), 0
                ) as ordinal,
            from round_rows
            window file as (partition by _file_id order by rowid)
        )

        select {names}, numbered._file_id, numbered.ordinal + gaps.shift
        from numbered
        asof join gaps on numbered._file_id = gaps._file_id and numbered.ordinal >= gaps.ordinal
        {"where c0 is not null" if lines else ""}
        """
    )


def count_rows(con: DuckDBPyConnection) -> dict[int, int]:
    """Rows of `round_rows` by file id."""
    return dict(con.execute("select _file_id, count(*) from round_rows group by all").fetchall())


def found_lines(con: DuckDBPyConnection, files: list[TextFile], columns: int) -> dict[int, int]:
    """How many physical lines the rows of `round_rows` account for, by file id."""
    embedded = embedded_lines(con, files, columns)
    return dict(con.execute(f"select _file_id, count(*) + sum({embedded}) from round_rows group by all").fetchall())


def embedded_lines(con: DuckDBPyConnection, files: list[TextFile], columns: int) -> str:
    """SQL: how many more physical lines a row takes; empty lines inside a value are excluded ones."""
    counts = count_rows(con)
    if all(counts.get(file.file_id, 0) == file.free_lines for file in files):
        return "0"
    parts = [
        f"case when contains(c{n}, chr(10)) then length(c{n}) - length(replace(c{n}, chr(10), '')) "
        f"- len(list_filter(string_split(c{n}, chr(10))[2:-2], x -> x = '')) else 0 end"
        for n in range(columns)
    ]
    return "(" + " + ".join(f"coalesce({part}, 0)" for part in parts) + ")"


def check_lines(con: DuckDBPyConnection, files: list[TextFile], embedded: str, lines: bool) -> None:
    """Every physical line must be found again in a row; raise AccountingError naming the file if not."""
    found = dict(con.execute(f"select _file_id, count(*) + sum({embedded}) from round_rows group by all").fetchall())
    for file in files:
        expected = file.copy.lines - file.copy.header_line if lines else file.free_lines
        if found.get(file.file_id, 0) != expected:
            raise AccountingError(
                f"{file.copy.landed.file}: {expected} lines hold records but the rows account for "
                f"{found.get(file.file_id, 0)}; nothing was loaded, please report this file."
            )


def gap_rows(files: list[TextFile]) -> list[tuple[int, int, int]]:
    """(file id, ordinal, shift): from the ordinal-th free line on, the line is ordinal + shift."""
    rows: list[tuple[int, int, int]] = []
    for file in files:
        first = file.copy.header_line + 1
        shifts = {0: first}
        for skipped, line in enumerate(file.excluded):
            shifts[line - first - skipped] = first + skipped + 1
        rows.extend((file.file_id, ordinal, shift) for ordinal, shift in shifts.items())
    return rows
