"""Reads a filled-in sheet as spreadsheet programs save it: encodings, separators, line ends, columns in any order."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from dagster_project.review.sheet import ANSWERS, COLUMNS, KEYS
from dagster_project.settings import ConfigurationError

OPTIONAL = frozenset({"minutes", "decided_at"})
_DELIMITERS = (",", ";", "\t")
_MORE = "(more)"


class LineError(Exception):
    """A line cannot be read as cells; the message says what to do."""


def read_lines(source: Path) -> Iterator[tuple[int, dict[str, str] | LineError]]:
    """Yield (line number in the file, cells by column name) or what is wrong with the line.

    Raises:
        ConfigurationError: the file is no sheet at all.
    """
    text, is_guessed = _decode(source)
    text, delimiter = _delimiter(text)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey=_MORE, restval="", strict=True)
    try:
        _normalise_header(source, reader)
        for row in reader:
            # two sheets that were put below each other
            if row.get("item_id") != "item_id":
                yield reader.line_num, _cells(row, is_guessed)
    except csv.Error as error:
        raise ConfigurationError(
            f"{source}, line {reader.line_num + 1}: {error} (a quote is missing or too many; save it as CSV again)"
        ) from error


def _decode(source: Path) -> tuple[str, bool]:
    """Return the text, and whether its encoding had to be guessed."""
    try:
        content = source.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"cannot read {source}: {error.strerror}") from error
    encodings = (
        ("utf-16",) if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ("utf-8-sig", "cp1252")
    )
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding == "cp1252"
    raise ConfigurationError(f"{source}: not UTF-8 text (save it as 'CSV UTF-8')")


def _delimiter(text: str) -> tuple[str, str]:
    """Return the text without the line that some programs name the separator in, and the separator."""
    first, _, rest = text.partition("\n")
    hint = first.strip().strip('"')
    if hint.lower().startswith("sep=") and hint[4:] in _DELIMITERS:
        return rest, hint[4:]
    header = text.splitlines()[0] if text.strip() else ""
    return text, max(_DELIMITERS, key=header.count)


def _normalise_header(source: Path, reader: "csv.DictReader[str]") -> None:
    names = [str(name).strip().lower() for name in reader.fieldnames or []]
    keep = "(keep the first line as `whycall review export` wrote it)"
    needed = (*KEYS, *(name for name in ANSWERS if name not in OPTIONAL))
    if missing := [name for name in needed if name not in names]:
        raise ConfigurationError(f"{source}, line 1: column {missing[0]} is missing {keep}")
    if repeated := [name for name in COLUMNS if names.count(name) > 1]:
        raise ConfigurationError(f"{source}, line 1: column {repeated[0]} is there twice {keep}")
    reader.fieldnames = names


def _cells(row: dict[str, str], is_guessed: bool) -> dict[str, str] | LineError:
    if any(cell.strip() for cell in row.get(_MORE) or []):
        return LineError("there are more cells than columns; quote the cell that holds the separator, or remove it")
    cells = {name: row.get(name) or "" for name in COLUMNS}
    if any("\n" in cell or "\r" in cell for cell in cells.values()):
        return LineError("a cell holds a line break, as after a missing quote; copy the line from the export again")
    if is_guessed and not all(cells[name].isascii() for name in ANSWERS):
        return LineError("the file is not UTF-8, so a name in it may be misread (save it as 'CSV UTF-8')")
    return cells
