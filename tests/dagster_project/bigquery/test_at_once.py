"""Two exports at once, interleaved at chosen requests: one copy of each week, one ledger row each."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from dagster_project.delivery.bigquery import jobs
from dagster_project.delivery.export import DeliveryError
from tests.dagster_project.bigquery.test_export import content, published
from tests.dagster_project.bigquery.test_killed import exactly_once
from tests.dagster_project.bigquery.warehouse import WEEKS, publish


def interleave(fake, place, folder, number) -> None:
    """Let a whole export run while another one waits for the answer to its request `number`."""
    ran = []

    def before(count: int) -> None:
        if count >= number and not ran:
            ran.append(count)
            place.export(folder)

    fake.before = before
    place.export(folder)
    assert ran
    fake.before = lambda count: None


@pytest.mark.parametrize("number", [2, 3, 14, 16, 17, 19, 20, 40])
def test_a_second_export_runs_while_the_first_waits(fake, place, folder, number):
    interleave(fake, place, folder, number)
    exactly_once(place, folder)
    loads = fake.jobs.loads()
    assert len(loads) == len(set(loads)) == 1 + 3 + 3


def test_both_in_threads(place, folder):
    with ThreadPoolExecutor(2) as pool:
        for export in [pool.submit(place.export, folder) for _ in range(2)]:
            export.result()
    assert content(place) == published(folder)
    ids = [row["batch_id"] for row in place.rows("bq_export_batches")]
    assert len(ids) == len(set(ids)) == 1 + 3 + 3


class Killed(BaseException):
    """Stands for the end of the process."""


def test_what_a_killed_export_started_does_not_come_late(fake, place, folder, monkeypatch):
    """A load of older figures was accepted and is slow: the export of newer ones waits for it."""
    place.export(folder)
    publish(folder, run="run-2", extra=7)

    def killed(job, patience):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "wait_until_done", killed)
        with pytest.raises(Killed):
            place.export(folder)
    assert len(fake.jobs.listed("pending")) == 1
    publish(folder, run="run-3", extra=0)
    place.export(folder)
    assert fake.jobs.listed("pending") == fake.jobs.listed("running") == []
    assert content(place) == published(folder)


def test_two_that_disagree_end_in_one_of_both(fake, place, folder, tmp_path):
    other = publish(tmp_path / "other", extra=7)
    place.export(folder)
    publish(folder, run="run-2", extra=3)
    count = len(fake.requests)
    outcomes = []

    def before(number: int) -> None:
        # every look of the first at what it has loaded comes after the other one loaded again
        if number > count and f"metric_weekly${WEEKS[1]:%Y%m%d}/data" in fake.requests[-1] and not outcomes:
            outcomes.append(number)
            place.export(other)
            outcomes.clear()

    fake.before = before
    with pytest.raises(DeliveryError, match="does another"):
        place.export(folder)
    fake.before = lambda number: None
    assert content(place)["metric_weekly"] == published(other)["metric_weekly"]
