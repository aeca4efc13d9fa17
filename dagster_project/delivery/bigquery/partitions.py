"""One batch into one partition: loaded whole, read back, compared."""

import io

from google.api_core import exceptions
from google.cloud import bigquery

from dagster_project.delivery.bigquery import jobs
from dagster_project.delivery.bigquery.schema import Layout
from dagster_project.delivery.bigquery.target import Target
from dagster_project.delivery.export import Batch
from dagster_project.delivery.export.content import content_hash
from dagster_project.delivery.export.files import parquet_bytes

_PAGE = 20_000


def job_prefix(target: Target) -> str:
    """Return how the ids of all jobs into this dataset begin."""
    return f"whycall_{target.dataset}_"


def job_base(target: Target, batch: Batch) -> str:
    """Return the id of the batch's load job without its attempt: dataset, table, week, content."""
    return f"{job_prefix(target)}{batch.table.name}_{_partition(batch) or 'all'}_{batch.content_hash}"


def load(target: Target, batch: Batch, layout: Layout) -> str:
    """Replace the batch's partition by its rows; return the id of the job that did."""
    content = parquet_bytes(batch.rows)
    config = bigquery.LoadJobConfig(
        source_format=bigquery.SourceFormat.PARQUET,
        # the partition, or the table without weeks, is replaced in one step or not at all
        write_disposition=bigquery.WriteDisposition.WRITE_TRUNCATE,
        create_disposition=bigquery.CreateDisposition.CREATE_NEVER,
        # replacing a whole table also replaces its schema: without this the descriptions would go
        schema=layout.fields,
        labels={"made_by": "whycall"},
    )

    def submit(job_id: str) -> bigquery.LoadJob:
        return target.client.load_table_from_file(
            io.BytesIO(content),
            target.reference(batch.table.name, _partition(batch)),
            size=len(content),
            job_id=job_id,
            location=target.location,
            job_config=config,
            timeout=target.patience.request,
        )

    return jobs.run_once(target, job_base(target, batch), submit, lambda: is_delivered(target, batch, layout))


def is_delivered(target: Target, batch: Batch, layout: Layout) -> bool:
    """Tell whether the partition holds exactly the batch: number of rows and content, read back."""
    columns = [column.name for column in batch.table.columns]
    rows = target.client.list_rows(
        target.reference(batch.table.name, _partition(batch)),
        # in the order of the table: the answer comes in that order, whatever order is asked for
        selected_fields=layout.fields,
        page_size=_PAGE,
        retry=target.patience.retry,
        timeout=target.patience.request,
    )
    try:
        return content_hash(columns, ([row[name] for name in columns] for row in rows)) == batch.content_hash
    except exceptions.NotFound:
        # a partition that was never written
        return batch.rows.num_rows == 0


def _partition(batch: Batch) -> str:
    return f"{batch.week:%Y%m%d}" if batch.week else ""
