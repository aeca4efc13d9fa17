"""The export as an asset: only where it is configured, and never a part of the chain that publishes."""

import dagster as dg
import pytest

from dagster_project.definitions import defs
from tests.dagster_project.bigquery.warehouse import publish

KEY = dg.AssetKey(["exports", "bigquery"])


@pytest.fixture
def run(folder, monkeypatch):
    monkeypatch.setenv("WHYCALL_WAREHOUSE", str(folder))

    def run() -> dg.ExecuteInProcessResult:
        return defs.resolve_job_def("bigquery_export_only").execute_in_process(raise_on_error=False)

    return run


def configure(monkeypatch):
    monkeypatch.setenv("WHYCALL_BIGQUERY_PROJECT", "test-project")
    monkeypatch.setenv("WHYCALL_BIGQUERY_DATASET", "whycall")


def test_the_chain_that_publishes_does_not_export():
    assert KEY not in defs.resolve_job_def("whole_chain").asset_layer.selected_asset_keys
    assert KEY in defs.resolve_job_def("bigquery_export_only").asset_layer.selected_asset_keys


def test_without_a_project_nothing_leaves_and_nothing_fails(fake, run):
    done = run()
    assert done.success
    assert done.asset_materializations_for_node("exports__bigquery") == []
    assert fake.requests == []


def test_with_a_project_the_weeks_are_delivered(fake, run, folder, monkeypatch):
    configure(monkeypatch)
    (made,) = run().asset_materializations_for_node("exports__bigquery")
    assert made.metadata["batches_loaded"].value == 7
    publish(folder, run="run-2", extra=7)
    fake.jobs.fail_next = [("invalid", "bad rows")]
    failed = run()
    assert not failed.success
    (event,) = failed.get_step_failure_events()
    assert "bad rows" in event.step_failure_data.user_failure_data.description


def test_the_schedule_waits_until_it_is_configured(monkeypatch):
    schedule = defs.resolve_schedule_def("monday_bigquery")
    context = dg.build_schedule_context()
    assert schedule.evaluate_tick(context).run_requests == []
    configure(monkeypatch)
    assert len(schedule.evaluate_tick(context).run_requests) == 1
