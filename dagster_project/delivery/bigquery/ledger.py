"""bq_export_batches: what was delivered, in BigQuery and as a copy beside the warehouse."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from google.api_core import exceptions
from google.cloud import bigquery

from dagster_project.delivery.bigquery import jobs, schema
from dagster_project.delivery.bigquery.target import Target
from dagster_project.delivery.export import Batch, ExportTable
from dagster_project.delivery.export.columns import Column
from dagster_project.delivery.export.files import replace_file
from dagster_project.settings import ConfigurationError

LEDGER = ExportTable(
    name="bq_export_batches",
    description="Batches that were delivered: loaded, read back and found equal. One row per load job.",
    sql="",
    columns=(
        Column("batch_id", "varchar", "Id of the job that loaded the batch."),
        Column("table_name", "varchar", "Table of the batch."),
        Column("week", "date", "Week of the batch; null for a table without weeks."),
        Column("content_hash", "varchar", "Hash of columns and rows that does not depend on their order."),
        Column("row_count", "bigint", "Rows of the batch."),
        Column("suppressed_count", "bigint", "Rows of it whose cell is too small to show."),
        Column("small_cell_floor", "bigint", "Cells of fewer units than this are not shown."),
        Column("run_id", "varchar", "Run that published the figures."),
        Column("snapshot_id", "varchar", "State of the inputs behind the figures."),
        Column("whycall_version", "varchar", "Version that published the figures."),
        Column("delivered_at", "timestamp with time zone", "When it was read back and found equal."),
    ),
    key=("batch_id",),
    is_weekly=False,
)
_NAMES = [column.name for column in LEDGER.columns]
Entry = dict[str, Any]


class Ledger:
    """The delivered batches of one dataset. The truth lies in BigQuery; the file is a copy."""

    def __init__(self, target: Target, layout: schema.Layout, copy: Path) -> None:
        """Take the target, the ledger's layout there and the JSON lines file beside the warehouse."""
        self._target = target
        self._layout = layout
        self._copy = copy
        self._entries: dict[str, Entry] = {}

    def read(self) -> None:
        """Read the ledger from BigQuery; a missing table is an empty ledger."""
        self._entries = {entry["batch_id"]: entry for entry in self._rows()}

    def latest(self, table: str, week: date | None) -> Entry | None:
        """Return the batch that was delivered last for a table and week."""
        found = [item for item in self._entries.values() if (item["table_name"], item["week"]) == (table, week)]
        return max(found, key=lambda item: item["delivered_at"], default=None)

    def weeks(self, table: str) -> set[date]:
        """Return the weeks that hold rows of the table."""
        weeks = {item["week"] for item in self._entries.values() if item["table_name"] == table}
        return {week for week in weeks if week and (self.latest(table, week) or {})["row_count"]}

    def record(self, batch: Batch, batch_id: str, floor: int, run: Mapping[str, Any]) -> None:
        """Write a delivered batch down, once: first in BigQuery, then beside the warehouse."""
        entry: Entry = {
            "batch_id": batch_id,
            "table_name": batch.table.name,
            "week": batch.week,
            "content_hash": batch.content_hash,
            "row_count": batch.rows.num_rows,
            "suppressed_count": batch.suppressed,
            "small_cell_floor": floor,
            **run,
            "delivered_at": datetime.now(UTC),
        }
        jobs.run_once(
            self._target,
            f"{batch_id}_ledger",
            lambda job_id: self._merge(job_id, entry),
            lambda: any(row["batch_id"] == batch_id for row in self._rows()),
        )
        self._entries[batch_id] = entry
        self.write_copy()

    def write_copy(self) -> None:
        """Replace the file beside the warehouse by what BigQuery's ledger says."""
        target = {"project": self._target.client.project, "dataset": self._target.dataset}
        ordered = sorted(self._entries.values(), key=lambda item: (item["delivered_at"], item["batch_id"]))
        text = "".join(json.dumps({**target, **item}, default=_text) + "\n" for item in ordered)
        if self._copy.exists() and self._copy.read_text(encoding="utf-8") == text:
            return
        try:
            replace_file(self._copy, text.encode())
        except OSError as error:
            raise ConfigurationError(f"cannot write {self._copy}: {error.strerror}") from error

    def _rows(self) -> list[Entry]:
        patience = self._target.patience
        try:
            rows = self._target.client.list_rows(
                self._target.reference(LEDGER.name),
                selected_fields=self._layout.fields,
                retry=patience.retry,
                timeout=patience.request,
            )
            return [dict(row.items()) for row in rows]
        except exceptions.NotFound:
            return []

    def _merge(self, job_id: str, entry: Entry) -> bigquery.QueryJob:
        types = {field.name: field.field_type for field in schema.fields(LEDGER.columns)}
        values = ", ".join(f"@{name} as {name}" for name in _NAMES)
        sql = f"""
            merge into `{self._target.name}.{LEDGER.name}` as ledger
            using (select {values}) as delivered
            on ledger.batch_id = delivered.batch_id
            when not matched then
                insert ({", ".join(_NAMES)}) values ({", ".join(f"delivered.{name}" for name in _NAMES)})
        """
        config = bigquery.QueryJobConfig(
            query_parameters=[bigquery.ScalarQueryParameter(name, types[name], entry[name]) for name in _NAMES],
            labels={"made_by": "whycall"},
        )
        patience = self._target.patience
        return self._target.client.query(
            sql,
            job_config=config,
            job_id=job_id,
            location=self._target.location,
            retry=patience.retry,
            timeout=patience.request,
            job_retry=None,
        )


def _text(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
