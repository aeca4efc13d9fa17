"""The fake server, a small warehouse, and an export between them."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from dagster_project.delivery.bigquery import Delivery, Patience, connect, export_bigquery
from dagster_project.delivery.bigquery.errors import readable_errors
from dagster_project.delivery.export import ExportSource
from dagster_project.exports import ledger_copy
from dagster_project.warehouse import Warehouse
from tests.dagster_project.bigquery.fake import FakeBigQuery
from tests.dagster_project.bigquery.warehouse import publish

PROJECT, DATASET = "test-project", "whycall"
# no test waits: delays are next to nothing, limits are far away
QUICK = Patience(first_delay=0.001, longest_delay=0.002, request=60, retries=60, job=60)
Export = Callable[..., dict[str, str]]


@pytest.fixture
def fake(monkeypatch) -> Iterator[FakeBigQuery]:
    with FakeBigQuery(PROJECT, (DATASET,)) as server:
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", server.address)
        # the upload's own repetitions begin at one second, which no argument of the client changes
        helpers = "google.resumable_media.requests._request_helpers.time"
        monkeypatch.setattr(helpers, SimpleNamespace(sleep=lambda seconds: time.sleep(0)))
        yield server


@pytest.fixture
def folder(tmp_path) -> Path:
    return publish(tmp_path / "warehouse")


def export(folder: Path, patience: Patience = QUICK, floor: int = 5, **options) -> dict[str, str]:
    """Export and return what happened to each batch that has rows or was loaded."""
    with Warehouse(folder).connect_published() as con, readable_errors(PROJECT, DATASET):
        target = connect(PROJECT, DATASET, patience)
        copy = ledger_copy(Warehouse(folder), PROJECT, DATASET)
        done: list[Delivery] = export_bigquery(ExportSource(con, floor), target, copy, **options)
    return {item.batch: item.action for item in done if item.rows or item.action == "loaded"}


def is_real() -> bool:
    return bool(os.environ.get("WHYCALL_TEST_BIGQUERY_PROJECT"))
