"""The code location loads as the server loads it, and its graph is the chain of the contract."""

from datetime import date, datetime

import dagster as dg
import pytest
import yaml

from dagster_project.definitions import defs
from dagster_project.defs.automation import landing_fingerprint, new_landing_files
from dagster_project.defs.dbt import MANIFEST, dbt_models
from dagster_project.defs.partitions import DAYS, WEEKS, today
from dagster_project.quality import SUITES
from dagster_project.settings import PROJECT_ROOT, ConfigurationError, Settings
from dagster_project.warehouse import Warehouse
from ingest import load_contracts


@pytest.fixture(scope="module")
def graph():
    return defs.resolve_asset_graph()


def upstream(graph, key: dg.AssetKey) -> set[dg.AssetKey]:
    seen: set[dg.AssetKey] = set()
    todo = [key]
    while todo:
        for parent in graph.get(todo.pop()).parent_keys - seen:
            seen.add(parent)
            todo.append(parent)
    return seen


def test_the_report_descends_from_the_landing_files_through_every_step(graph):
    names = {"/".join(key.path) for key in upstream(graph, dg.AssetKey(["reports", "weekly_report"]))}
    assert {
        "landing_files",
        "raw/calls",
        "raw/all_calls",
        "raw/reason_tags",
        "ops/run_context",
        "raw/emerging_themes",
        "raw/review_decisions",
        "staging/stg_calls",
        "marts/fct_calls",
        "marts/metric_weekly",
        "marts/fct_reason_decisions",
        "marts/reason_shares_weekly",
        "marts/emerging_themes",
        "published/warehouse",
    } <= names


def test_every_contract_is_an_asset(graph):
    keys = graph.get_all_asset_keys()
    assert {dg.AssetKey(["raw", name]) for name in load_contracts()} <= keys


def test_every_expectation_and_many_dbt_tests_are_asset_checks(graph):
    names = {key.name for key in graph.asset_check_keys}
    assert {check.name for suite in SUITES for check in suite.checks} <= names
    assert len(names) > 60


def test_every_dbt_test_is_shown_on_an_asset():
    """A singular test that reads several models names its asset: config(meta={'dagster': {'ref': {'name': ...}}})."""
    shown = {spec.metadata["dagster_dbt/unique_id"] for spec in dbt_models.check_specs}
    tests = {unique_id for unique_id, node in MANIFEST["nodes"].items() if node["resource_type"] == "test"}
    assert tests - shown == set()


def test_ingest_goes_by_day_and_what_is_told_goes_by_week(graph):
    assert graph.get(dg.AssetKey(["raw", "calls"])).partitions_def == DAYS
    for key in (["reports", "weekly_report"], ["exports", "bigquery"]):
        node = graph.get(dg.AssetKey(key))
        assert node.partitions_def == WEEKS
        assert node.backfill_policy == dg.BackfillPolicy.single_run()
    assert date.fromisoformat(WEEKS.get_last_partition_key()).weekday() == 0
    assert today() == DAYS.get_last_partition_key()


def test_every_asset_has_owner_kind_and_description(graph):
    for node in graph.asset_nodes:
        assert node.owners, node.key
        assert node.kinds, node.key
        assert node.description, node.key


def test_raw_tables_marts_and_what_is_told_have_a_freshness_policy(graph):
    late = {"/".join(node.key.path) for node in graph.asset_nodes if node.freshness_policy}
    assert {"raw/calls", "marts/fct_calls", "marts/metric_weekly", "published/warehouse", "exports/bigquery"} <= late


def test_whoever_writes_waits_for_the_one_writer():
    """The pool holds for runs of a job as for those that someone starts at an asset."""
    settings = yaml.safe_load((PROJECT_ROOT / "dagster_project" / "dagster.yaml").read_text())
    assert settings["concurrency"]["pools"] == {"granularity": "run", "default_limit": 1}
    takes_lock = {
        node.name: node.definition.pools
        for node in defs.resolve_job_def("whole_chain").graph.nodes
        if "whycall" in node.definition.required_resource_keys
    }
    assert len(takes_lock) == 7
    assert all(pools == {"warehouse_writer"} for pools in takes_lock.values()), takes_lock


def test_only_steps_that_may_be_repeated_are_tried_again(graph):
    jobs = [defs.resolve_job_def(name) for name in ("whole_chain", "weekly_report_only", "bigquery_export_only")]
    policies = {node.name: node.definition.retry_policy for job in jobs for node in job.graph.nodes}
    # a publication that was cut short after its swap would find no build of its own
    assert policies.pop("published__warehouse") is None
    assert all(policy is not None for policy in policies.values()), policies


@pytest.mark.parametrize(
    ("schedule", "at", "partition"),
    [
        ("daily_run", "2026-03-02T05:00:00", "2026-03-01"),
        ("monday_report", "2026-03-02T06:30:00", "2026-02-23"),
        ("monday_bigquery", "2026-03-02T07:00:00", "2026-02-23"),
    ],
)
def test_a_schedule_asks_for_what_has_just_ended(schedule, at, partition, monkeypatch):
    monkeypatch.setenv("WHYCALL_BIGQUERY_PROJECT", "p")
    monkeypatch.setenv("WHYCALL_BIGQUERY_DATASET", "d")
    context = dg.build_schedule_context(scheduled_execution_time=datetime.fromisoformat(at))
    request = defs.resolve_schedule_def(schedule)(context)
    assert request.partition_key == partition
    assert request.run_key == at


def test_nothing_is_exported_on_monday_without_a_dataset(monkeypatch):
    monkeypatch.delenv("WHYCALL_BIGQUERY_PROJECT", raising=False)
    context = dg.build_schedule_context(scheduled_execution_time=datetime(2026, 3, 2, 7))
    assert isinstance(defs.resolve_schedule_def("monday_bigquery")(context), dg.SkipReason)


def test_schedules_and_sensors_start_what_they_say():
    assert defs.resolve_schedule_def("daily_run").cron_schedule == "0 5 * * *"
    assert defs.resolve_schedule_def("monday_report").cron_schedule == "30 6 * * 1"
    assert defs.resolve_sensor_def("new_landing_files").job_name == "whole_chain"
    assert defs.resolve_sensor_def("report_after_publication").job_name == "weekly_report_only"
    assert defs.resolve_sensor_def("alert_on_failure").default_status == dg.DefaultSensorStatus.RUNNING


def test_the_sensor_asks_for_one_run_per_change(tmp_path, monkeypatch):
    monkeypatch.setenv("WHYCALL_LANDING", str(tmp_path))
    (tmp_path / "calls").mkdir()
    (tmp_path / "calls" / "a.csv").write_text("call_id\n")
    first = new_landing_files(dg.build_sensor_context())
    assert isinstance(first, dg.SensorResult)
    (request,) = first.run_requests
    assert request.partition_key == today()
    again = new_landing_files(dg.build_sensor_context(cursor=first.cursor))
    assert isinstance(again, dg.SkipReason)
    (tmp_path / "calls" / "b.csv").write_text("call_id\n")
    assert landing_fingerprint(tmp_path)[0] != first.cursor


def test_a_run_is_refused_while_another_writes(tmp_path):
    import subprocess
    import sys

    from dagster_project.run import run_whole_chain

    warehouse = Warehouse(tmp_path / "out")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path\n"
            "from dagster_project.warehouse import Warehouse\n"
            "Warehouse(Path(sys.argv[1])).acquire(); print('held', flush=True); time.sleep(60)",
            str(warehouse.directory),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline().strip() == "held"
        outcome = run_whole_chain(Settings(tmp_path, warehouse.directory))
    finally:
        holder.kill()
        holder.wait()
    assert outcome.exit_code == 2
    assert f"process {holder.pid}" in outcome.message


def test_settings_errors_become_readable_failures():
    from dagster_project.defs.failures import readable_failures

    with pytest.raises(dg.Failure) as caught, readable_failures():
        raise ConfigurationError("say what to do")
    assert caught.value.description == "say what to do"
