"""What may leave the warehouse, and in which form: allow-listed columns, small cells withheld.

Every destination (BigQuery, Parquet, CSV) takes the same batches: one table and one week each.
"""

from dagster_project.delivery.export.batches import Batch, ExportSource, parse_weeks
from dagster_project.delivery.export.errors import DeliveryError
from dagster_project.delivery.export.files import export_files
from dagster_project.delivery.export.tables import EXPORT_TABLES, ExportTable

__all__ = [
    "EXPORT_TABLES",
    "Batch",
    "DeliveryError",
    "ExportSource",
    "ExportTable",
    "export_files",
    "parse_weeks",
]
