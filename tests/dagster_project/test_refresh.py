"""A past week is refreshed with the weeks that hang on it, and recorded week by week."""

from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from dagster_project.defs import delivery
from dagster_project.defs.resources import ReaderResource
from dagster_project.refresh import weeks_to_refresh, write_reports
from dagster_project.settings import Settings

AS_OF = "2026-03-02 06:30:00+00"
LAST = date(2026, 2, 23)


def monday(weeks_ago: int) -> date:
    return LAST - timedelta(weeks=weeks_ago)


@pytest.fixture
def con():
    """The four tables that the rule reads: twelve weeks, a metric without a window and one of seven days."""
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    con.execute("create schema marts; create schema ops")
    con.execute(f"create table ops.run_context as select 'now' as run_id, timestamptz '{AS_OF}' as as_of")
    con.execute(
        f"""
        create table marts.dim_weeks as
        select
            week::date as week_start_date,
            week::timestamp at time zone 'UTC' as starts_at,
            (week + interval 7 day)::timestamp at time zone 'UTC' as ends_at,
            ends_at <= timestamptz '{AS_OF}' as is_over
        from generate_series(date '2025-12-15', date '2026-03-02', interval 7 day) as weeks(week)
        """
    )
    con.execute(
        "create table marts.dim_metrics as "
        "from (values ('M-08', 1, 0), ('M-04', 1, 168)) as v(metric_id, metric_version, window_hours)"
    )
    con.execute(
        "create table marts.metric_weekly as select metric_id, metric_version, week_start_date, 'all' as slice_by "
        "from marts.dim_metrics cross join marts.dim_weeks"
    )
    con.execute("create table ops.restatements (week_start_date date, run_id varchar)")
    yield con
    con.close()


def test_young_weeks_are_always_taken_in(con):
    """The window of seven days and seven days more: the last week, the one before; the running one is not over."""
    assert weeks_to_refresh(con, []).weeks == (monday(1), monday(0))


def test_a_past_week_pulls_in_the_week_before_it(con):
    found = weeks_to_refresh(con, [monday(5)])
    assert found.weeks == (monday(6), monday(5), monday(1), monday(0))
    assert found.missing == ()


def test_a_longer_window_matures_longer(con):
    con.execute("update marts.dim_metrics set window_hours = 720 where metric_id = 'M-04'")
    assert weeks_to_refresh(con, []).weeks == tuple(monday(ago) for ago in (5, 4, 3, 2, 1, 0))


def test_what_this_run_restated_is_taken_in_and_what_an_earlier_one_did_is_not(con):
    con.execute("insert into ops.restatements values (?, 'now'), (?, 'before')", [monday(8), monday(9)])
    assert weeks_to_refresh(con, []).weeks == (monday(8), monday(1), monday(0))


def test_the_running_week_is_written_when_asked_for(con):
    assert weeks_to_refresh(con, [date(2026, 3, 2)]).weeks[-1] == date(2026, 3, 2)


def test_weeks_outside_of_the_data_are_missing_and_not_invented(con):
    found = weeks_to_refresh(con, [date(2025, 12, 15), date(2026, 6, 1)])
    assert found.missing == (date(2026, 6, 1),)
    assert date(2025, 12, 8) not in found.weeks


def test_reports_of_hanging_weeks_are_written(copy_of_published):
    settings = Settings(copy_of_published, copy_of_published)
    for page in (copy_of_published / "reports").glob("*.html"):
        page.unlink()
    refresh, pages = write_reports(settings, [monday(6)])
    # the as-of of the shop is its last call, so its last week is not over
    assert {monday(7), monday(6), monday(2), monday(1)} <= set(pages)
    assert set(pages) == set(refresh.weeks)
    for week, page in pages.items():
        assert page == copy_of_published / "reports" / f"weekly_{week}.html"
        assert page.exists()


def materialize(warehouse: Path, first: date, last: date) -> tuple[dg.ExecuteInProcessResult, dict]:
    """Run the report's asset for a range of weeks as a backfill does; return the run and what it recorded by week."""
    instance = dg.DagsterInstance.ephemeral()
    result = dg.materialize(
        [delivery.weekly_report],
        instance=instance,
        resources={"published": ReaderResource(landing=str(warehouse), warehouse=str(warehouse))},
        tags={
            "dagster/asset_partition_range_start": first.isoformat(),
            "dagster/asset_partition_range_end": last.isoformat(),
        },
        selection=[delivery.weekly_report],
        raise_on_error=False,
    )
    events = instance.fetch_materializations(delivery.weekly_report.key, limit=100).records
    return result, {record.partition_key: record.asset_materialization for record in events}


def test_a_backfill_is_one_run_and_each_week_is_recorded_with_its_figures(copy_of_published):
    result, recorded = materialize(copy_of_published, monday(4), monday(3))
    assert result.success
    asked = {monday(ago).isoformat() for ago in (5, 4, 3)}
    assert asked <= set(recorded)
    con = duckdb.connect(str((copy_of_published / "whycall.duckdb").resolve()), read_only=True)
    for week in asked:
        (value,) = con.execute(
            "select value from marts.metric_weekly "
            "where metric_id = 'M-08' and slice_by = 'all' and week_start_date = ?",
            [week],
        ).fetchone()
        assert recorded[week].metadata["M-08"].value == value
    con.close()


def test_a_week_without_figures_fails_by_name_after_the_others_are_written(copy_of_published):
    result, recorded = materialize(copy_of_published, monday(0), date(2026, 4, 6))
    assert not result.success
    (event,) = result.get_step_failure_events()
    description = event.step_failure_data.user_failure_data.description
    assert "2026-04-06" in description
    assert monday(0).isoformat() in recorded
    assert "2026-04-06" not in recorded
