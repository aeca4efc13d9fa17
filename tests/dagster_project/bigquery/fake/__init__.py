"""A loopback server that answers as Google's documentation says the BigQuery API v2 does.

It is our reading of that documentation, not BigQuery: a test that passes here shows that the
export agrees with the reading. It models what the export relies on: job ids that exist once,
multipart and resumable uploads, jobs that end some time after they were accepted, WRITE_TRUNCATE
into one partition in one step, additive schema changes, MERGE (run by DuckDB), paging, errors in the
documented JSON shape, and faults at chosen requests.
"""

from tests.dagster_project.bigquery.fake.faults import Drop, Fault
from tests.dagster_project.bigquery.fake.server import FakeBigQuery

__all__ = ["Drop", "FakeBigQuery", "Fault"]
