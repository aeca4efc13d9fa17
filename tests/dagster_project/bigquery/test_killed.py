"""An export killed with SIGKILL at random points and started again; two exports at once."""

import json
import os
import random
import subprocess
import sys

import pytest

from dagster_project.settings import PROJECT_ROOT
from tests.dagster_project.bigquery.conftest import REAL_PROJECT
from tests.dagster_project.bigquery.test_export import content, published
from tests.dagster_project.bigquery.warehouse import publish

SEED = 20260105
KILLS = 20
# against a real project each export takes minutes
pytestmark = pytest.mark.timeout(7200 if REAL_PROJECT else 300)


@pytest.fixture(scope="module")
def start():
    """A function that runs one export in a process of its own, killed at the given point."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.dagster_project.bigquery.zygote"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT_ROOT,
    )

    def ask(place, folder, kill_at=None) -> dict:
        emulator = {name: os.environ[name] for name in ("BIGQUERY_EMULATOR_HOST", "no_proxy") if name in os.environ}
        order = {"project": place.project, "dataset": place.dataset, "folder": str(folder), "kill_at": kill_at}
        process.stdin.write(json.dumps({**order, "environment": emulator}) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield ask
    process.stdin.close()
    process.wait(timeout=60)


def forget(place):
    for table in list(place.target.client.list_tables(place.dataset)):
        place.target.client.delete_table(table)


def exactly_once(place, folder):
    """The content of the warehouse stands, and the ledger names each batch of it once."""
    expected = published(folder)
    assert content(place) == expected
    ledger = place.rows("bq_export_batches")
    ids = [row["batch_id"] for row in ledger]
    assert len(ids) == len(set(ids))
    assert sum(row["row_count"] for row in ledger) == sum(len(rows) for rows in expected.values())
    copied = [json.loads(line)["batch_id"] for line in place.copy(folder).read_text().splitlines()]
    assert sorted(copied) == sorted(ids)


def test_killed_at_random_points_and_resumed(place, folder, start):
    publish(folder, run="run-2", weeks=2)
    points = start(place, folder)["points"]
    exactly_once(place, folder)
    chosen = sorted(random.Random(SEED).sample(range(points), KILLS))
    for kill_at in chosen:
        forget(place)
        # fresh content, so that no job of the kill before has the same id
        publish(folder, run=f"kill-{kill_at}", base=kill_at + 1, weeks=2)
        place.copy(folder).unlink(missing_ok=True)
        assert start(place, folder, kill_at) == {"signal": 9}, kill_at
        place.export(folder)
        exactly_once(place, folder)


def test_killed_again_and_again_until_it_is_through(place, folder, start):
    """Every start is killed a little further on; what was delivered is not delivered again."""
    kills = 0
    while start(place, folder, 30 + 3 * kills) == {"signal": 9}:
        kills += 1
    assert kills > 3
    exactly_once(place, folder)
