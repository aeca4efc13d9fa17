"""Compares ops.load_ledger and ops.quarantine with the oracle's account of the landing folder."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from .landing_ledger import FileCounts, SourceResult
from .product_run import Table

STATES = ("loaded", "duplicate", "superseded", "quarantined")


def file_name(row: dict[str, Any], landing: Path) -> str:
    """The file of a row as a path below the landing folder."""
    name = str(row["file"]).removeprefix(str(landing)).lstrip("/")
    return name if name.startswith(f"{row['source']}/") else f"{row['source']}/{name}"


def ledger_differences(ours: dict[str, SourceResult], theirs: Table, landing: Path) -> list[str]:
    """Differences of the counts per file and per source."""
    published = {file_name(row, landing): row for row in theirs if row["source"] in ours}
    expected = {name: counts for result in ours.values() for name, counts in result.files.items()}
    found = [f"{name}: only ours" for name in sorted(expected.keys() - published.keys())]
    found += [f"{name}: only theirs" for name in sorted(published.keys() - expected.keys())]
    totals: dict[str, Counter[str]] = {source: Counter() for source in ours}
    for name in sorted(expected.keys() & published.keys()):
        row = published[name]
        found += _file_differences(name, expected[name], row)
        totals[row["source"]].update({state: row[f"rows_{state}"] for state in STATES})
    for source, result in ours.items():
        for state in STATES:
            mine, other = result.totals[state], totals[source][state]
            if mine != other:
                found.append(f"{source} in all, {state}: ours {mine}, theirs {other}")
    return found


def _file_differences(name: str, counts: FileCounts, row: dict[str, Any]) -> list[str]:
    found = []
    for column in ("rows_read", "rows_quarantined"):
        mine = getattr(counts, column if column == "rows_read" else "quarantined")
        if row[column] != mine:
            found.append(f"{name} {column}: ours {mine}, theirs {row[column]}")
    if row["rows_read"] != sum(row[f"rows_{state}"] for state in STATES):
        found.append(f"{name}: rows_read is not the sum of its parts: {row}")
    for state in ("loaded", "superseded"):
        low, high = getattr(counts, f"{state}_low"), getattr(counts, f"{state}_high")
        if not low <= row[f"rows_{state}"] <= high:
            found.append(f"{name} rows_{state}: ours {low} to {high}, theirs {row[f'rows_{state}']}")
    return found


def quarantine_differences(ours: dict[str, SourceResult], theirs: Table, landing: Path) -> list[str]:
    """Rows that only one side refuses; a text file counts physical lines, a Parquet file rows."""
    published = {(file_name(row, landing), row["row_number"]): row for row in theirs if row["source"] in ours}
    expected = {place: why for result in ours.values() for place, why in result.quarantined.items()}
    found = [f"{place}: only ours, {expected[place]}" for place in sorted(expected.keys() - published.keys())]
    for place in sorted(published.keys() - expected.keys(), key=str):
        row = published[place]
        why = f"{row['reason_code']}, {row['reason']}"
        found.append(f"{place}: only theirs, {why}: {str(row['raw_row'])[:200]}")
    unexplained = [place for place, row in published.items() if not row["reason_code"] or not row["reason"]]
    found += [f"{place}: quarantined without a reason" for place in unexplained]
    return found
