"""The exports of a published warehouse: to BigQuery, or to files. The command and Dagster call these."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.delivery.export import ExportSource, export_files, parse_weeks
from dagster_project.settings import ConfigurationError
from dagster_project.warehouse import Warehouse

if TYPE_CHECKING:
    from dagster_project.delivery.bigquery import Delivery

PROJECT_VARIABLE = "WHYCALL_BIGQUERY_PROJECT"
DATASET_VARIABLE = "WHYCALL_BIGQUERY_DATASET"
FLOOR_VARIABLE = "WHYCALL_SMALL_CELL_FLOOR"


@dataclass(frozen=True)
class ExportOptions:
    """What is exported.

    Attributes:
        weeks: see `delivery.export.parse_weeks`; None = all.
        dry_run: only say what would change.
        floor: cells of fewer units than this are not shown.
    """

    weeks: str | None = None
    dry_run: bool = False
    floor: int = field(default_factory=lambda: int(os.environ.get(FLOOR_VARIABLE, "5")))


def configured_dataset() -> tuple[str, str] | None:
    """Return project and dataset from the environment; None = no scheduled export."""
    project, dataset = os.environ.get(PROJECT_VARIABLE), os.environ.get(DATASET_VARIABLE)
    return (project, dataset) if project and dataset else None


def ledger_copy(warehouse: Warehouse, project: str, dataset: str) -> Path:
    """Return where the copy of the dataset's ledger lies; DuckDB reads it with read_json."""
    return warehouse.directory / "bq_export_batches" / f"{project.replace(':', '.')}.{dataset}.jsonl"


def export_to_bigquery(
    warehouse: Warehouse, project: str, dataset: str, options: ExportOptions | None = None
) -> "list[Delivery]":
    """Bring a dataset to what the warehouse published.

    Raises:
        ConfigurationError: wrong names, no credentials, no dataset, no permission.
        DeliveryError: not everything was delivered.
    """
    try:
        from dagster_project.delivery.bigquery import connect, export_bigquery
        from dagster_project.delivery.bigquery.errors import readable_errors
    except ImportError as error:
        raise ConfigurationError(
            f"Google's client is not installed: {error.name} (pip install 'whycall[bigquery]')"
        ) from error
    options = options or ExportOptions()
    with warehouse.connect_published() as con, readable_errors(project, dataset):
        source = ExportSource(con, options.floor)
        weeks = parse_weeks(options.weeks, source.weeks()) if options.weeks else None
        target = connect(project, dataset)
        return export_bigquery(source, target, ledger_copy(warehouse, project, dataset), weeks, options.dry_run)


def export_to_folder(warehouse: Warehouse, output: Path, file_format: str, options: ExportOptions | None = None) -> int:
    """Write the same batches as files; return how many files changed.

    Raises:
        ConfigurationError: the folder cannot be written.
        DeliveryError: a batch must not leave.
    """
    options = options or ExportOptions()
    with warehouse.connect_published() as con:
        source = ExportSource(con, options.floor)
        weeks = parse_weeks(options.weeks, source.weeks())
        return export_files(source, output, file_format, weeks, options.dry_run)
