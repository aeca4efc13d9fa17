"""Tables at the destination: made once with descriptions, afterwards only widened."""

from collections.abc import Sequence
from dataclasses import dataclass

from google.api_core import exceptions
from google.cloud import bigquery

from dagster_project.delivery.bigquery.target import Target
from dagster_project.delivery.export import ExportTable
from dagster_project.delivery.export.columns import Column
from dagster_project.delivery.export.tables import WEEK
from dagster_project.settings import ConfigurationError

# names as the API returns them
_TYPES = {
    "varchar": "STRING",
    "integer": "INTEGER",
    "bigint": "INTEGER",
    "double": "FLOAT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp with time zone": "TIMESTAMP",
}
_MOST_TRIES = 5


@dataclass(frozen=True)
class Layout:
    """A table as it stands at the destination.

    Attributes:
        change: what was done to it, or would be; empty = nothing.
        fields: its columns in their order there; added ones come last.
    """

    change: str
    fields: Sequence[bigquery.SchemaField]


def fields(columns: tuple[Column, ...]) -> list[bigquery.SchemaField]:
    """Return the columns as BigQuery's schema."""
    return [bigquery.SchemaField(item.name, _TYPES[item.data_type], description=item.description) for item in columns]


def ensure_table(target: Target, table: ExportTable, dry_run: bool = False) -> Layout:
    """Make the table or add its new columns; return how it stands then.

    Raises:
        ConfigurationError: the table exists in a form that only dropping could change.
    """
    for _ in range(_MOST_TRIES):
        try:
            present = _get(target, table)
            if present is None:
                if not dry_run:
                    _create(target, table)
                return Layout("create", fields(table.columns))
            return _widen(target, table, present, dry_run)
        except (exceptions.Conflict, exceptions.PreconditionFailed):
            # another export made or changed it since the look: look again
            continue
    raise ConfigurationError(f"{target.name}.{table.name} is being changed by somebody else (try again later)")


def _get(target: Target, table: ExportTable) -> bigquery.Table | None:
    patience = target.patience
    try:
        return target.client.get_table(target.reference(table.name), retry=patience.retry, timeout=patience.request)
    except exceptions.NotFound:
        return None


def _create(target: Target, table: ExportTable) -> None:
    wanted = bigquery.Table(target.reference(table.name), schema=fields(table.columns))
    wanted.description = table.description
    wanted.labels = {"made_by": "whycall"}
    if table.is_weekly:
        # Mondays as dates: BigQuery never computes a week
        wanted.time_partitioning = bigquery.TimePartitioning(bigquery.TimePartitioningType.DAY, field=WEEK)
    if table.cluster_by:
        wanted.clustering_fields = list(table.cluster_by)
    target.client.create_table(wanted, retry=target.patience.retry, timeout=target.patience.request)


def _widen(target: Target, table: ExportTable, present: bigquery.Table, dry_run: bool) -> Layout:
    _refuse_other_form(target, table, present)
    wanted = {field.name: field for field in fields(table.columns)}
    found = {field.name: field for field in present.schema}
    added = [name for name in wanted if name not in found]
    layout = [wanted[name] for name in (*found, *added)]
    is_described = all(found[name].description == wanted[name].description for name in found)
    if not added and is_described and present.description == table.description:
        return Layout("", layout)
    if not dry_run:
        present.schema = layout
        present.description = table.description
        target.client.update_table(
            present, ["schema", "description"], retry=target.patience.retry, timeout=target.patience.request
        )
    return Layout(f"add {', '.join(added)}" if added else "describe", layout)


def _refuse_other_form(target: Target, table: ExportTable, present: bigquery.Table) -> None:
    name = f"{target.name}.{table.name}"
    partitioning = present.time_partitioning
    is_right = partitioning is not None and (partitioning.type_, partitioning.field) == ("DAY", WEEK)
    if is_right != table.is_weekly:
        raise ConfigurationError(
            f"{name} exists but is not partitioned as the export needs it (rename or drop it, or use another --dataset)"
        )
    wanted = {field.name: field for field in fields(table.columns)}
    for field in present.schema:
        if field.name not in wanted:
            raise ConfigurationError(
                f"{name} has a column that this version does not write: {field.name}; replacing weeks would empty it "
                "(update whycall, or put your own columns into a view)"
            )
        if (field.field_type, field.mode) != (wanted[field.name].field_type, "NULLABLE"):
            raise ConfigurationError(
                f"{name}.{field.name} is {field.mode} {field.field_type}, the export writes NULLABLE "
                f"{wanted[field.name].field_type}: columns are only added (use another --dataset)"
            )
