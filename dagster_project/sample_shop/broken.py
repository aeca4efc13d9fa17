"""Adds the broken lines of broken.yml to plain text files of a mixed landing folder."""

import csv
import io
import itertools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dagster_project.sample_shop.deliver import SourceFacts
from dagster_project.sample_shop.settings import load_yaml


def _broken_json(good: str, fault: dict[str, Any]) -> str:
    if fault["kind"] == "unreadable":
        return good[: len(good) // 2]
    row = json.loads(good)
    if fault["source"] == "dialnexa_webhooks":
        row["payload"]["call"].pop("id", None)
    else:
        row[fault["column"]] = fault.get("value")
    return json.dumps(row)


def _broken_csv(header: str, good: str, fault: dict[str, Any]) -> str:
    names = next(csv.reader([header]))
    row = next(csv.reader([good]))
    if fault["kind"] == "field_count":
        row += ["left", "over"]
    else:
        row[names.index(fault["column"])] = fault.get("value") or ""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(row)
    return text.getvalue()


def _good_lines(path: Path, source: str) -> tuple[str, str] | None:
    """Return the first line of a file and a line with a good row, or None where there is none."""
    with path.open(encoding="utf-8") as lines:
        first = next(lines, "").rstrip("\n")
        rows = itertools.chain([first + "\n"] if path.suffix == ".jsonl" and first else [], lines)
        for line in rows:
            is_wrapped = source == "dialnexa_webhooks" and '"received_at"' in line
            if not is_wrapped:
                return first, line.rstrip("\n")
    return None


def add_broken_lines(landing: Path, facts: dict[str, SourceFacts]) -> None:
    """Append each broken line to a file of its source, and count it in the facts of the source.

    Faults of one source go to its files in turn; sources without a plain text file are left out.
    """
    faults: Iterable[dict[str, Any]] = load_yaml("broken.yml")
    turn: dict[str, int] = {}
    for fault in faults:
        source = fault["source"]
        files = sorted(p for p in (landing / source).glob("*") if p.suffix in (".csv", ".jsonl"))
        candidates = [(path, lines) for path in files if (lines := _good_lines(path, source))]
        if not candidates:
            continue
        number = turn.get(source, 0)
        turn[source] = number + 1
        path, (header, good) = candidates[number % len(candidates)]
        is_csv = path.suffix == ".csv"
        line = _broken_csv(header, good, fault) if is_csv else _broken_json(good, fault)
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        counted = facts[source]
        counted.rows += 1
        counted.broken[fault["kind"]] = counted.broken.get(fault["kind"], 0) + 1
