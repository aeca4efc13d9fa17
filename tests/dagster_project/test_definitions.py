"""The code location loads as the server loads it, and its graph is the chain of the contract."""

import dagster as dg
import pytest

from dagster_project.definitions import defs
from dagster_project.defs.automation import landing_fingerprint, new_landing_files
from dagster_project.quality import SUITES
from dagster_project.settings import ConfigurationError, Settings
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


def test_schedules_and_sensor_start_the_whole_chain():
    assert defs.resolve_schedule_def("daily_run").cron_schedule == "0 5 * * *"
    assert defs.resolve_schedule_def("monday_report").cron_schedule == "30 6 * * 1"
    assert defs.resolve_sensor_def("new_landing_files").job_name == "whole_chain"


def test_the_sensor_asks_for_one_run_per_change(tmp_path, monkeypatch):
    monkeypatch.setenv("WHYCALL_LANDING", str(tmp_path))
    (tmp_path / "calls").mkdir()
    (tmp_path / "calls" / "a.csv").write_text("call_id\n")
    first = new_landing_files(dg.build_sensor_context())
    assert isinstance(first, dg.SensorResult)
    assert len(first.run_requests) == 1
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
