"""Which weeks a refresh takes in, and their reports: a past week is never refreshed alone.

An event of a week can still change the week before it (a repeat counts for seven days), and young weeks
mature with every run. So the weeks asked for pull in others (DECISIONS.md, "A past week is refreshed with
what hangs on it").
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.delivery.report import write_weekly_report
from dagster_project.exports import ExportOptions, export_to_bigquery
from dagster_project.pipeline import open_warehouse
from dagster_project.progress import report
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_project.delivery.bigquery import Delivery

LOOK_BACK = timedelta(days=7)

_PUBLISHED = """
select weeks.week_start_date
from marts.dim_weeks as weeks
cross join ops.run_context as run
where weeks.starts_at <= run.as_of
"""

# a figure is final when its window is over; the look-back is added so that each week is written once more
# after that, as long as there is one refresh a week
_MATURING = """
select distinct weekly.week_start_date
from marts.metric_weekly as weekly
inner join marts.dim_metrics as registry
    on weekly.metric_id = registry.metric_id and weekly.metric_version = registry.metric_version
inner join marts.dim_weeks as weeks on weekly.week_start_date = weeks.week_start_date
cross join ops.run_context as run
where
    weekly.slice_by = 'all'
    -- a week that is not over has no report unless someone asks for it
    and weeks.is_over
    and weeks.ends_at + registry.window_hours * interval 1 hour + $look_back > run.as_of
"""

_RESTATED = """
select distinct restatements.week_start_date
from ops.restatements as restatements
inner join ops.run_context as run on restatements.run_id = run.run_id
"""


@dataclass(frozen=True)
class Refresh:
    """Weeks of a refresh.

    Attributes:
        weeks: published weeks to write, oldest first: those asked for and those that hang on them.
        missing: weeks asked for of which nothing is published.
    """

    weeks: tuple[date, ...]
    missing: tuple[date, ...]


def weeks_to_refresh(con: duckdb.DuckDBPyConnection, asked: Iterable[date]) -> Refresh:
    """Return the weeks asked for, each with the week before, all still maturing and all restated just now.

    Args:
        con: a published warehouse.
        asked: Mondays.
    """
    wanted = set(asked)
    published = _weeks(con, _PUBLISHED)
    hanging = {monday - LOOK_BACK for monday in wanted}
    hanging |= _weeks(con, _MATURING, look_back=LOOK_BACK) | _weeks(con, _RESTATED)
    return Refresh(tuple(sorted((wanted | hanging) & published)), tuple(sorted(wanted - published)))


def write_reports(settings: Settings, asked: Iterable[date]) -> tuple[Refresh, dict[date, Path]]:
    """Write the reports of the weeks asked for and of those that hang on them; return the pages by week."""
    warehouse = open_warehouse(settings)
    pages: dict[date, Path] = {}
    with warehouse.connect_published() as con:
        refresh = weeks_to_refresh(con, asked)
        for week in refresh.weeks:
            pages[week] = write_weekly_report(con, warehouse.reports, week)
            report("report", str(pages[week]))
    return refresh, pages


def export_weeks(
    settings: Settings, target: tuple[str, str], asked: Iterable[date]
) -> "tuple[Refresh, list[Delivery]]":
    """Export the weeks asked for and those that hang on them to BigQuery; return what became of each batch.

    Args:
        settings: name the warehouse.
        target: project and dataset.
        asked: Mondays.
    """
    warehouse = open_warehouse(settings)
    with warehouse.connect_published() as con:
        refresh = weeks_to_refresh(con, asked)
    if not refresh.weeks:
        return refresh, []
    options = ExportOptions(weeks=",".join(week.isoformat() for week in refresh.weeks))
    return refresh, export_to_bigquery(warehouse, *target, options)


def _weeks(con: duckdb.DuckDBPyConnection, sql: str, **parameters: object) -> set[date]:
    return {row[0] for row in con.execute(sql, parameters).fetchall()}
