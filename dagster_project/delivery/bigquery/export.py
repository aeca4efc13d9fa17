"""The export: tables, then batch by batch load, read back, ledger.

Every step first looks at what stands and then does what is missing. So a second run, a run after
a crash and two runs at once all end in the same state.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dagster_project.delivery.bigquery import jobs, partitions, schema
from dagster_project.delivery.bigquery.ledger import LEDGER, Ledger
from dagster_project.delivery.bigquery.target import Target
from dagster_project.delivery.export import EXPORT_TABLES, Batch, ExportSource, ExportTable
from dagster_project.progress import report

LOADED = "loaded"
UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Delivery:
    """What happened to one batch, or would happen.

    Attributes:
        batch: its name, for example `metric_weekly 2026-01-05`.
        rows: how many it has.
        suppressed: how many of them are too small to show.
        action: loaded or unchanged.
    """

    batch: str
    rows: int
    suppressed: int
    action: str


def export_bigquery(
    source: ExportSource, target: Target, copy: Path, weeks: list[date] | None = None, dry_run: bool = False
) -> list[Delivery]:
    """Bring the dataset to what is published; return one line per batch.

    Args:
        source: the published warehouse.
        target: where.
        copy: the ledger's file beside the warehouse.
        weeks: Mondays; None = all, and weeks that are no longer published are emptied.
        dry_run: look, compare and say, but change nothing.

    Raises:
        DeliveryError: a batch was not delivered; those before it are.
        ConfigurationError: the dataset cannot take the tables.
    """
    layouts = {table.name: schema.ensure_table(target, table, dry_run) for table in (LEDGER, *EXPORT_TABLES)}
    for name, layout in layouts.items():
        if layout.change:
            report("export", f"{name}: {layout.change}")
    if not dry_run:
        jobs.wait_for_unfinished(target, partitions.job_prefix(target))
    ledger = Ledger(target, layouts[LEDGER.name], copy)
    ledger.read()
    done = []
    for batch in _batches(source, ledger, weeks):
        layout = layouts[batch.table.name]
        if dry_run:
            # an absent or narrower table cannot hold the batch
            stands = layout.change in ("", "describe") and partitions.is_delivered(target, batch, layout)
            item = _delivery(batch, UNCHANGED if stands else LOADED)
        else:
            item = _deliver(source, target, ledger, batch, layout)
        if item.rows or item.action == LOADED:
            report("export", f"{item.batch}: {item.rows} rows, {'would be ' if dry_run else ''}{item.action}")
        done.append(item)
    if not dry_run:
        ledger.write_copy()
    return done


def _batches(source: ExportSource, ledger: Ledger, weeks: list[date] | None) -> Iterator[Batch]:
    published = source.weeks()
    for table in EXPORT_TABLES:
        yield from source.batches(table, _weeks(table, ledger, published) if weeks is None else weeks)


def _weeks(table: ExportTable, ledger: Ledger, published: list[date]) -> list[date]:
    return sorted({*published, *ledger.weeks(table.name)})


def _deliver(source: ExportSource, target: Target, ledger: Ledger, batch: Batch, layout: schema.Layout) -> Delivery:
    action = UNCHANGED
    batch_id = None
    if not partitions.is_delivered(target, batch, layout):
        batch_id = partitions.load(target, batch, layout)
        action = LOADED
    known = ledger.latest(batch.table.name, batch.week)
    was_empty = known is None and batch.rows.num_rows == 0
    if not (batch_id or was_empty) and (known is None or known["content_hash"] != batch.content_hash):
        # a run was killed between the load and the ledger
        base = partitions.job_base(target, batch)
        batch_id = jobs.find_done(target, base) or f"{base}_found"
    if batch_id:
        ledger.record(batch, batch_id, source.floor, source.run())
    return _delivery(batch, action)


def _delivery(batch: Batch, action: str) -> Delivery:
    return Delivery(batch.name, batch.rows.num_rows, batch.suppressed, action)
