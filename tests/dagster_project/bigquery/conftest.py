"""Where the export goes in a test: the fake, or a real project when one is named.

WHYCALL_TEST_BIGQUERY_PROJECT names a project (`make test-bigquery`); each test then makes a
dataset of its own in it and drops it. Without it every test talks to the fake.
"""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

import pytest
from google.cloud import bigquery

from dagster_project.delivery.bigquery import Patience, Target, connect, export_bigquery
from dagster_project.delivery.bigquery.errors import readable_errors
from dagster_project.delivery.export import ExportSource
from dagster_project.exports import ledger_copy
from dagster_project.warehouse import Warehouse
from tests.dagster_project.bigquery.fake import FakeBigQuery
from tests.dagster_project.bigquery.warehouse import publish

REAL_PROJECT = os.environ.get("WHYCALL_TEST_BIGQUERY_PROJECT", "")
LOCATION = os.environ.get("WHYCALL_TEST_BIGQUERY_LOCATION", "EU")
# no test of the fake waits: delays are next to nothing, limits are far away
QUICK = Patience() if REAL_PROJECT else Patience(first_delay=0.001, longest_delay=0.002, request=60, retries=60, job=60)


@dataclass(frozen=True)
class Place:
    """A dataset to export to."""

    project: str
    dataset: str

    def export(self, folder: Path, patience: Patience = QUICK, floor: int = 5, **options) -> dict[str, str]:
        """Export and return what happened to each batch that has rows or was loaded."""
        with Warehouse(folder).connect_published() as con, readable_errors(self.project, self.dataset):
            target = connect(self.project, self.dataset, patience)
            done = export_bigquery(ExportSource(con, floor), target, self.copy(folder), **options)
        return {item.batch: item.action for item in done if item.rows or item.action == "loaded"}

    def copy(self, folder: Path) -> Path:
        return ledger_copy(Warehouse(folder), self.project, self.dataset)

    @cached_property
    def target(self) -> Target:
        return connect(self.project, self.dataset, QUICK)

    def table(self, name: str) -> bigquery.Table:
        target = self.target
        return target.client.get_table(target.reference(name))

    def rows(self, name: str) -> list[dict]:
        """Return all rows in an order of their own."""
        rows = [dict(row.items()) for row in self.target.client.list_rows(self.table(name))]
        return sorted(rows, key=lambda row: repr(list(row.values())))

    def ledger(self) -> list[tuple]:
        """Return table, week and content hash of every delivered batch, oldest first."""
        rows = sorted(self.rows("bq_export_batches"), key=lambda row: row["delivered_at"])
        return [(row["table_name"], row["week"], row["content_hash"]) for row in rows]


@pytest.fixture
def fake(monkeypatch) -> Iterator[FakeBigQuery]:
    if REAL_PROJECT:
        pytest.skip("injects faults, which only the fake can")
    with FakeBigQuery() as server:
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", server.address)
        # never through a proxy, and no search for one at each request
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        # the upload's own repetitions begin at one second, which no argument of the client changes
        helpers = "google.resumable_media.requests._request_helpers.time"
        monkeypatch.setattr(helpers, SimpleNamespace(sleep=lambda seconds: time.sleep(0)))
        yield server


@pytest.fixture
def place(request) -> Iterator[Place]:
    if not REAL_PROJECT:
        request.getfixturevalue("fake")
        yield Place("test-project", "whycall")
        return
    with real_dataset() as made:
        yield made


@contextmanager
def real_dataset() -> Iterator[Place]:
    """Make a dataset in the real project and drop it with everything in it."""
    client = bigquery.Client(project=REAL_PROJECT)
    name = f"whycall_test_{secrets.token_hex(4)}"
    dataset = bigquery.Dataset(f"{REAL_PROJECT}.{name}")
    dataset.location = LOCATION
    client.create_dataset(dataset)
    try:
        yield Place(REAL_PROJECT, name)
    finally:
        client.delete_dataset(dataset, delete_contents=True, not_found_ok=True)


@pytest.fixture
def folder(tmp_path) -> Path:
    return publish(tmp_path / "warehouse")
