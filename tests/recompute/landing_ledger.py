"""Deduplicates the landing folder and says, for each row, where it ended.

For one key every distinct content is one version. The version with the highest source_updated_at is
loaded, the others are superseded; every further copy of a version is a duplicate. Which of several
equal copies counts as the first is left open by the contract, so a file gets bounds for it and a
source a total.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .landing_reader import landing_files, read_rows
from .landing_schema import SOURCES, Source
from .landing_typing import RowRefused, Typed, typed_row

_NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass
class FileCounts:
    """Where the rows of one file ended; low and high bound the choice among equal copies."""

    rows_read: int = 0
    quarantined: int = 0
    loaded_low: int = 0
    loaded_high: int = 0
    superseded_low: int = 0
    superseded_high: int = 0


@dataclass
class SourceResult:
    """The deduplicated rows of a source and the account of its input."""

    rows: list[Typed] = field(default_factory=list)
    files: dict[str, FileCounts] = field(default_factory=dict)
    totals: Counter[str] = field(default_factory=Counter)
    quarantined: dict[tuple[str, int], str] = field(default_factory=dict)
    ties: list[tuple[Any, ...]] = field(default_factory=list)


def read_landing(landing: Path, now: datetime) -> dict[str, SourceResult]:
    """Read every source of the schema; an absent folder gives an empty result."""
    return {name: _read_source(landing, source, now) for name, source in SOURCES.items()}


def _read_source(landing: Path, source: Source, now: datetime) -> SourceResult:
    result = SourceResult()
    names = [column.name for column in source.columns]
    versions: dict[tuple[Any, ...], dict[tuple[Any, ...], Counter[str]]] = defaultdict(dict)
    for path in landing_files(landing, source.name):
        counts = result.files.setdefault(path.relative_to(landing).as_posix(), FileCounts())
        for raw in read_rows(landing, path, source.required):
            counts.rows_read += 1
            try:
                typed = typed_row(source, raw, now)
            except RowRefused as refused:
                counts.quarantined += 1
                result.quarantined[raw.file, raw.line] = str(refused)
                continue
            key = tuple(typed[name] for name in source.key)
            content = tuple(typed[name] for name in names)
            versions[key].setdefault(content, Counter())[raw.file] += 1
    for key, contents in versions.items():
        _settle(result, key, contents, names)
    _add_totals(result)
    return result


def _settle(
    result: SourceResult,
    key: tuple[Any, ...],
    contents: dict[tuple[Any, ...], Counter[str]],
    names: list[str],
) -> None:
    """Choose the winner of one key and count its copies."""
    place = names.index("source_updated_at") if "source_updated_at" in names else None

    def rank(content: tuple[Any, ...]) -> tuple[datetime, str]:
        # the contract leaves the hash function open: any fixed order may stand for it here
        return (content[place] if place is not None else _NEVER, repr(content))

    ordered = sorted(contents, key=rank, reverse=True)
    winner = ordered[0]
    if len(ordered) > 1 and rank(ordered[1])[0] == rank(winner)[0]:
        result.ties.append(key)
    result.rows.append(dict(zip(names, winner, strict=True)))
    for content, copies in contents.items():
        state = "loaded" if content is winner else "superseded"
        result.totals[state] += 1
        result.totals["duplicate"] += sum(copies.values()) - 1
        for file in copies:
            counts = result.files[file]
            setattr(counts, f"{state}_high", getattr(counts, f"{state}_high") + 1)
            if len(copies) == 1:
                setattr(counts, f"{state}_low", getattr(counts, f"{state}_low") + 1)


def _add_totals(result: SourceResult) -> None:
    result.totals["rows_read"] = sum(counts.rows_read for counts in result.files.values())
    result.totals["quarantined"] = sum(counts.quarantined for counts in result.files.values())
