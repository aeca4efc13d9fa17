"""The export's tables, whole-table loads and MERGE against bqemulator, which runs SQL of its own.

`make test-bigquery-emulator` installs it into an environment of its own; without that these tests
are skipped. It refuses partition decorators (`table$20260105`), accepts a job id twice and computes
some weeks wrongly, so weekly tables are tested against the fake only. It also refuses the content
type that the real client sends with an upload: that one constant of the client is changed here.
"""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request

import google.cloud.bigquery.client as google_client
import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from dagster_project.delivery.bigquery import partitions
from dagster_project.delivery.bigquery.ledger import LEDGER, Ledger
from dagster_project.delivery.bigquery.schema import ensure_table
from dagster_project.delivery.export import EXPORT_TABLES, ExportSource
from dagster_project.settings import PROJECT_ROOT
from dagster_project.warehouse import Warehouse
from tests.dagster_project.bigquery.conftest import Place

HOME = PROJECT_ROOT / ".venv-bqemulator"
PROGRAM = HOME / "bin" / "bqemulator"
pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="no bqemulator: run `make test-bigquery-emulator`")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def address():
    port = free_port()
    process = subprocess.Popen(
        [PROGRAM, "start", "--rest-port", str(port), "--grpc-port", str(free_port()), "--project", "test-project"],
        env={**os.environ, "HOME": str(HOME)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            assert process.poll() is None, "bqemulator ended"
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz")
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def emulator(address, monkeypatch) -> Place:
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", address)
    monkeypatch.setattr(google_client, "_GENERIC_CONTENT_TYPE", "application/octet-stream")
    client = bigquery.Client(project="test-project", credentials=AnonymousCredentials())
    name = f"d{time.monotonic_ns()}"
    client.create_dataset(name)
    return Place("test-project", name)


def test_tables_are_made_as_asked_for_and_only_once(emulator):
    for table in (LEDGER, *EXPORT_TABLES):
        assert ensure_table(emulator.target, table).change == "create"
        assert ensure_table(emulator.target, table).change == ""
        assert [field.description for field in emulator.table(table.name).schema] == [
            column.description for column in table.columns
        ]
    assert emulator.table("metric_weekly").time_partitioning.field == "week_start_date"


def test_the_registry_is_loaded_read_back_and_merged_into_the_ledger_once(emulator, folder):
    registry = EXPORT_TABLES[0]
    layout = ensure_table(emulator.target, registry)
    ledger = Ledger(emulator.target, ensure_table(emulator.target, LEDGER), emulator.copy(folder))
    with Warehouse(folder).connect_published() as con:
        source = ExportSource(con)
        (batch,) = source.batches(registry, [])
        batch_id = partitions.load(emulator.target, batch, layout)
        ledger.record(batch, batch_id, source.floor, source.run())
        ledger.record(batch, batch_id, source.floor, source.run())
    assert emulator.rows("dim_metrics") == batch.rows.to_pylist()
    assert emulator.ledger() == [("dim_metrics", None, batch.content_hash)]
