"""One page per workflow: every metric of it with its trend, the rules that must hold, its best and worst slices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from dagster_project.delivery.report import extremes, formats, queries
from dagster_project.delivery.report.cards import Card, Trailing, cards
from dagster_project.delivery.report.cells import DIMENSIONS, read_cells
from dagster_project.delivery.report.compare import Family
from dagster_project.delivery.report.extras import read_extras
from dagster_project.delivery.report.ladder import Trends
from dagster_project.delivery.report.reasons import Reasons
from dagster_project.delivery.report.source import Row, fetch
from dagster_project.delivery.report.workflows import WORKFLOWS, Workflow, mart_names


@dataclass(frozen=True)
class ZeroRule:
    """A metric that must be 0: `state` is pass, fail or none (no case this week)."""

    metric_id: str
    name: str
    formula: str
    state: str
    offending: str
    cases: str


@dataclass(frozen=True)
class TableState:
    """A mart behind the page: rows in all, rows of the week where it has weeks."""

    name: str
    rows: str
    week_rows: str


@dataclass(frozen=True)
class Overview:
    """A workflow on the main page: whether data landed, what changed beyond chance, which rules failed."""

    workflow: Workflow
    metrics: int
    published: int
    changed: list[Card]
    rules: list[ZeroRule]

    @property
    def has_data(self) -> bool:
        """Whether any metric of the workflow has a figure in this week or in the weeks of its charts."""
        return self.published > 0

    @property
    def failed(self) -> list[ZeroRule]:
        """The rules that were broken this week."""
        return [rule for rule in self.rules if rule.state == "fail"]


@dataclass(frozen=True)
class Figures:
    """What all pages of a week share: read once, so that no two of them can disagree."""

    week: date
    registry: dict[str, Row]
    reasons: Reasons
    trends: Trends
    trailing: Trailing
    overall: Family


def overview(workflow: Workflow, figures: Figures) -> Overview:
    """Return what the main page says about a workflow."""
    ids = metric_ids(workflow, figures.registry)
    found = cards(ids, figures.registry, figures.trends, figures.week, figures.trailing)
    return Overview(
        workflow=workflow,
        metrics=len(ids),
        published=sum(has_figures(figures.trends, metric_id) for metric_id in ids),
        changed=[card for card in found if card.trailing_is_real],
        rules=[zero_rule(figures, metric_id) for metric_id in ids if must_be_zero(figures.registry[metric_id])],
    )


def shown_on(con: duckdb.DuckDBPyConnection, workflow: Workflow, figures: Figures) -> dict[str, Any]:
    """Return what the page of a workflow shows."""
    known = overview(workflow, figures)
    ids = [name for name in metric_ids(workflow, figures.registry) if has_figures(figures.trends, name)]
    rules = {rule.metric_id for rule in known.rules}
    slices = [name for name in DIMENSIONS if name not in workflow.unranked]
    cells = read_cells(con, figures.week, ids, slices)
    ends, tests = extremes.rank(cells, figures.registry, figures.reasons)
    plain_ids = [name for name in ids if name not in rules]
    return {
        "workflow": workflow,
        "overview": known,
        "cards": cards(plain_ids, figures.registry, figures.trends, figures.week, figures.trailing),
        "waiting": [figures.registry[name] for name in metric_ids(workflow, figures.registry) if name not in ids],
        "ends": [item for item in ends if item.metric_id not in rules],
        "ends_tested": tests.tested,
        "overall_tested": figures.overall.tested,
        "extras": read_extras(con, workflow, figures.week),
        "tables": table_states(con, workflow, figures.week),
        "definitions": [figures.registry[name] for name in metric_ids(workflow, figures.registry)],
    }


def metric_ids(workflow: Workflow, registry: dict[str, Row]) -> list[str]:
    """Return the metrics of a workflow in the order of their numbers."""
    return [metric_id for metric_id in sorted(registry) if registry[metric_id].get("workflow") == workflow.key]


def has_figures(trends: Trends, metric_id: str) -> bool:
    """Tell whether a metric had any case in the weeks of its chart."""
    return any(row.get("denominator") or row.get("value") is not None for row in trends.get(metric_id, {}).values())


def must_be_zero(metric: Row) -> bool:
    """Tell whether the registry says that one counted unit is one too many."""
    return bool(metric.get("must_be_zero"))


def zero_rule(figures: Figures, metric_id: str) -> ZeroRule:
    """Return whether a rule held in the reported week."""
    row = figures.trends.get(metric_id, {}).get(figures.week, {})
    offending, cases = row.get("numerator"), row.get("denominator")
    # a volume has its count as its value and may have no denominator
    count = offending if offending is not None else row.get("value")
    state = "none" if not cases and not count else "fail" if count else "pass"
    metric = figures.registry[metric_id]
    return ZeroRule(
        metric_id=metric_id,
        name=str(metric["metric_name"]),
        formula=str(metric["formula"]),
        state=state,
        offending=formats.number(count if state != "none" else None),
        cases=formats.number(cases) if cases else "no case",
    )


def table_states(con: duckdb.DuckDBPyConnection, workflow: Workflow, week: date) -> list[TableState]:
    """Return the marts of a workflow with their rows, those that this warehouse has."""
    known = mart_names(con)
    columns = {(row["table_name"], row["column_name"]) for row in fetch(con, queries.COLUMNS)}
    return [_table_state(con, name, week, (name, "week_start_date") in columns) for name in workflow.tables
            if name in known]  # fmt: skip


def _table_state(con: duckdb.DuckDBPyConnection, table: str, week: date, has_weeks: bool) -> TableState:
    counted = "count(*) filter (where week_start_date = $week)" if has_weeks else "null::bigint"
    sql = queries.TABLE_ROWS.format(table=table, week_rows=counted)
    row = (fetch(con, sql, week=week) if has_weeks else fetch(con, sql))[0]
    week_rows = "" if row["count_week"] is None else formats.number(row["count_week"])
    return TableState(f"marts.{table}", formats.number(row["count_rows"]), week_rows)


def overviews(figures: Figures) -> Sequence[Overview]:
    """Return all workflows as the main page shows them."""
    return [overview(workflow, figures) for workflow in WORKFLOWS]
