"""Late sources and a late publication are found by the wall clock, and fail a run that the alert tells."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import duckdb
import pytest

from dagster_project.defs.freshness import freshness_checks
from dagster_project.defs.resources import ReaderResource
from dagster_project.quality.freshness import limits, publication_freshness, source_freshness
from ingest.contracts import all_contracts

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def con():
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    con.execute(
        "create schema ops; create table ops.load_ledger (source varchar, loaded_at timestamptz, rows_read int)"
    )
    yield con
    con.close()


def hours_ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def test_a_source_is_late_after_its_limit_and_an_empty_file_is_no_news(con):
    con.execute(
        "insert into ops.load_ledger values ('calls', ?, 5), ('calls', ?, 0), ('orders', ?, 5)",
        [hours_ago(40), hours_ago(1), hours_ago(35)],
    )
    found = {item.name: item for item in source_freshness(con, NOW)}
    assert not found["calls"].is_fresh
    assert found["calls"].words == "calls: last news 40.0 h ago, expected every 36 h"
    assert found["orders"].is_fresh
    # what was never delivered is not missed
    assert found["tickets"].hours is None
    assert found["tickets"].is_fresh


def test_every_limit_names_a_landing_folder():
    assert set(limits()) <= set(all_contracts())


def test_only_runs_that_published_count():
    runs = [
        {"status": "published", "finished_at": hours_ago(50).isoformat()},
        {"status": "failed", "finished_at": hours_ago(1).isoformat()},
    ]
    assert publication_freshness(runs, NOW).hours == 50
    assert not publication_freshness(runs, NOW).is_fresh
    assert publication_freshness([], NOW).is_fresh


def execute(warehouse) -> tuple[dg.ExecuteInProcessResult, dict[str, dg.AssetCheckEvaluation]]:
    resource = ReaderResource(landing=str(warehouse), warehouse=str(warehouse))
    job = dg.Definitions(
        asset_checks=[freshness_checks],
        jobs=[dg.define_asset_job("only", selection=dg.AssetSelection.checks(freshness_checks))],
        resources={"published": resource},
    ).resolve_job_def("only")
    result = job.execute_in_process(raise_on_error=False)
    found = {"/".join([*item.asset_key.path, item.check_name]): item for item in result.get_asset_check_evaluations()}
    return result, found


def test_what_was_just_published_is_fresh(published):
    result, found = execute(published)
    assert result.success
    assert found["raw/calls/delivers_in_time"].passed
    assert found["published/warehouse/is_published_in_time"].passed
    assert found["landing_files/shopify_orders_delivers_in_time"].metadata["finding"].value.endswith("not expected")


def test_a_source_that_went_silent_fails_the_run_by_name(copy_of_published):
    con = duckdb.connect(str((copy_of_published / "whycall.duckdb").resolve()))
    con.execute("update ops.load_ledger set loaded_at = loaded_at - interval 3 day where source = 'shipment_scans'")
    con.close()
    result, found = execute(copy_of_published)
    assert not result.success
    assert not found["raw/shipment_scans/delivers_in_time"].passed
    assert found["raw/calls/delivers_in_time"].passed
    (event,) = result.get_step_failure_events()
    words = event.step_failure_data.user_failure_data.description
    assert "shipment_scans: last news 72." in words
    assert "calls:" not in words
