"""The export as an asset: only where it is configured, and never a part of the chain that publishes."""

import dagster as dg
import pytest

from dagster_project.definitions import defs
from dagster_project.defs.delivery import bigquery_export
from dagster_project.defs.policies import with_policies
from dagster_project.defs.resources import ReaderResource

KEY = dg.AssetKey(["exports", "bigquery"])


@pytest.fixture
def run(folder):
    published = ReaderResource(landing=str(folder), warehouse=str(folder))
    job = dg.Definitions(
        assets=with_policies([bigquery_export]),
        jobs=[dg.define_asset_job("only", selection=[bigquery_export])],
        resources={"published": published},
    ).resolve_job_def("only")

    def run(week: str, instance: dg.DagsterInstance | None = None) -> dg.ExecuteInProcessResult:
        return job.execute_in_process(partition_key=week, instance=instance, raise_on_error=False)

    return run


def configure(monkeypatch):
    monkeypatch.setenv("WHYCALL_BIGQUERY_PROJECT", "test-project")
    monkeypatch.setenv("WHYCALL_BIGQUERY_DATASET", "whycall")


def test_the_chain_that_publishes_does_not_export():
    assert KEY not in defs.resolve_job_def("whole_chain").asset_layer.selected_asset_keys
    assert KEY in defs.resolve_job_def("bigquery_export_only").asset_layer.selected_asset_keys


def test_without_a_project_nothing_leaves_and_nothing_fails(fake, run):
    done = run("2026-01-12")
    assert done.success
    assert done.asset_materializations_for_node("exports__bigquery") == []
    assert fake.requests == []


def test_a_week_is_delivered_with_the_weeks_that_hang_on_it(fake, run, monkeypatch):
    configure(monkeypatch)
    made = run("2026-01-12").asset_materializations_for_node("exports__bigquery")
    # the week before it, and the last one, which still matures
    assert [item.partition for item in made] == ["2026-01-05", "2026-01-12", "2026-01-19"]
    assert [item.metadata["batches_loaded"].value for item in made] == [2, 2, 2]
    again = run("2026-01-12").asset_materializations_for_node("exports__bigquery")
    assert [item.metadata["batches_loaded"].value for item in again] == [0, 0, 0]


def test_a_week_that_is_not_published_fails_by_name_and_the_others_are_delivered(fake, run, monkeypatch):
    configure(monkeypatch)
    instance = dg.DagsterInstance.ephemeral()
    done = run("2026-06-01", instance)
    assert not done.success
    (event,) = done.get_step_failure_events()
    assert "2026-06-01" in event.step_failure_data.user_failure_data.description
    made = instance.fetch_materializations(KEY, limit=10).records
    assert [item.partition_key for item in made] == ["2026-01-19"]


def test_what_could_not_be_delivered_says_why_and_may_be_tried_again(fake, folder, monkeypatch):
    configure(monkeypatch)
    fake.jobs.fail_next = [("invalid", "bad rows")]
    resource = ReaderResource(landing=str(folder), warehouse=str(folder))
    with pytest.raises(dg.Failure, match="bad rows") as caught:
        list(bigquery_export(dg.build_asset_context(partition_key="2026-01-12"), published=resource))
    assert caught.value.allow_retries
