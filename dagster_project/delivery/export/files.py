"""Export into a folder: one Parquet or CSV file per table and week, and a manifest."""

import io
import json
import os
import secrets
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from dagster_project.delivery.export.batches import Batch, ExportSource
from dagster_project.delivery.export.tables import EXPORT_TABLES
from dagster_project.progress import report
from dagster_project.settings import ConfigurationError

MANIFEST = "manifest.json"
# a spreadsheet takes a text that begins like this for a formula
_FORMULA = r"^[=+\-@\t\r]"


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, also with several writers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    aside.write_bytes(content)
    os.replace(aside, path)


def parquet_bytes(rows: pa.Table) -> bytes:
    """Return the rows as one Parquet file."""
    buffer = io.BytesIO()
    pq.write_table(rows, buffer, compression="zstd")
    return buffer.getvalue()


def csv_bytes(rows: pa.Table) -> bytes:
    """Return the rows as UTF-8 CSV with a header; texts that begin like a formula get a quote."""
    buffer = io.BytesIO()
    pa_csv.write_csv(pa.table([_neutral(column) for column in rows.columns], rows.column_names), buffer)
    return buffer.getvalue()


FORMATS: dict[str, Callable[[pa.Table], bytes]] = {"parquet": parquet_bytes, "csv": csv_bytes}


def export_files(source: ExportSource, output: Path, file_format: str, weeks: list[date], dry_run: bool = False) -> int:
    """Write the batches below `output`; return how many files changed.

    A file is replaced whole or left as it is. Files of weeks that are no longer published are
    removed when all weeks are exported.

    Args:
        source: the published warehouse.
        output: folder, made if needed.
        file_format: a key of `FORMATS`.
        weeks: Mondays.
        dry_run: only say what would change.

    Raises:
        ConfigurationError: the folder cannot be written.
        DeliveryError: a batch must not leave.
    """
    before = _read_manifest(output / MANIFEST)
    entries = dict(before)
    changed = 0
    try:
        for table in EXPORT_TABLES:
            for batch in source.batches(table, weeks):
                path = _path(batch, file_format)
                is_written = _write(output / path, FORMATS[file_format](batch.rows), dry_run)
                changed += is_written
                entries[path] = _entry(batch)
                report("export", f"{path}: {batch.rows.num_rows} rows{'' if is_written else ', unchanged'}")
        changed += _remove_gone(output, entries, source.weeks(), dry_run)
        if not dry_run:
            text = json.dumps({"run": source.run(), "files": entries}, indent=2, sort_keys=True)
            _write(output / MANIFEST, f"{text}\n".encode(), dry_run)
    except OSError as error:
        raise ConfigurationError(f"cannot write to {output}: {error.strerror} (give another --output)") from error
    return changed


def _path(batch: Batch, file_format: str) -> str:
    name = batch.table.name
    return f"{name}/{name}_{batch.week}.{file_format}" if batch.week else f"{name}.{file_format}"


def _entry(batch: Batch) -> dict[str, Any]:
    return {
        "rows": batch.rows.num_rows,
        "suppressed": batch.suppressed,
        "content_hash": batch.content_hash,
        "week": str(batch.week) if batch.week else None,
    }


def _write(path: Path, content: bytes, dry_run: bool) -> bool:
    if path.exists() and path.read_bytes() == content:
        return False
    if not dry_run:
        replace_file(path, content)
    return True


def _read_manifest(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))["files"] if path.exists() else {}


def _remove_gone(output: Path, entries: dict[str, Any], known: list[date], dry_run: bool) -> int:
    published = {str(week) for week in known}
    gone = [path for path, entry in entries.items() if entry["week"] and entry["week"] not in published]
    for path in gone:
        del entries[path]
        if not dry_run:
            (output / path).unlink(missing_ok=True)
    return len(gone)


def _neutral(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_string(column.type):
        return column
    is_formula = pc.match_substring_regex(column, _FORMULA)
    return pc.if_else(is_formula, pc.binary_join_element_wise("'", column, ""), column)
