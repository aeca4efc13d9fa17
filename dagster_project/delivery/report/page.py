"""Puts the pages of a week together: the Monday page and one page per workflow."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb

from dagster_project.delivery.report import breakdown, ladder, queries, reasons, standout, workflow_page
from dagster_project.delivery.report.cards import Trailing, cards
from dagster_project.delivery.report.cells import Cell, read_cells, reason_shares
from dagster_project.delivery.report.evidence import Evidence, Witness
from dagster_project.delivery.report.feedback import read_feedback
from dagster_project.delivery.report.headline import HEADLINE_IDS, read_trends
from dagster_project.delivery.report.quality import read_quality
from dagster_project.delivery.report.rendering import render_page
from dagster_project.delivery.report.review_loop import ReviewLoop, read_review_loop
from dagster_project.delivery.report.source import Row, RunContext, fetch, read_context
from dagster_project.delivery.report.workflows import WORKFLOWS, page_name

# Reasons are counted with the calls under the escalation rate: engaged and inbound.
CALLS_METRIC = "M-08"
CELL_METRICS = sorted({*HEADLINE_IDS, *standout.SLICED_IDS, *breakdown.SERVICE_IDS})
CELL_SLICES = ["all", "carrier", "region", "segment", "carrier+region"]
REASON_SLICES = [
    "all", "carrier", "region", "reason_code", "carrier+reason_code", "region+reason_code",
]  # fmt: skip


@dataclass(frozen=True)
class WeekReport:
    """Everything that is said about a week, read once; the pages and the e-mail show parts of it."""

    run: RunContext
    figures: workflow_page.Figures
    cells: list[Cell]
    shares: list[Cell]
    stand_out: standout.StandOut
    evidence: dict[Cell, Evidence]
    review: ReviewLoop

    @property
    def week(self) -> date:
        """The Monday of the week."""
        return self.figures.week

    @property
    def is_complete(self) -> bool:
        """Whether the week was over at the time of the run."""
        return self.run.as_of_local.date() >= self.week + timedelta(days=7)


def read_week(con: duckdb.DuckDBPyConnection, week: date) -> WeekReport:
    """Read what the report of the week that starts on the Monday `week` says."""
    registry = {row["metric_id"]: row for row in fetch(con, queries.METRICS)}
    named = reasons.Reasons(fetch(con, queries.REASON_CODES))
    unsliced = read_cells(con, week, sorted(registry), ["all"])
    sliced = read_cells(con, week, CELL_METRICS, [name for name in CELL_SLICES if name != "all"])
    cells = [*unsliced, *sliced]
    shares = reason_shares(read_cells(con, week, [CALLS_METRIC], REASON_SLICES))
    stand_out = standout.stand_out(cells, shares, standout.Speaker(registry, named))
    witness = Witness(con, week, registry, named)
    evidence = {line.cell: found for line in stand_out.lines if (found := witness(line))}
    overall = standout.overall_changes(cells)
    figures = workflow_page.Figures(
        week, registry, named, read_trends(con, week), Trailing(unsliced, overall), overall
    )  # fmt: skip
    return WeekReport(
        read_context(con), figures, cells, shares, stand_out, evidence, read_review_loop(con, week)
    )  # fmt: skip


def render_main(con: duckdb.DuckDBPyConnection, report: WeekReport) -> str:
    """Return the Monday page."""
    figures, week = report.figures, report.week
    registry = figures.registry
    return render_page(
        "page.html.j2",
        **_frame(report, page_name(week)),
        stand_out=report.stand_out,
        evidence=report.evidence,
        overviews=workflow_page.overviews(figures),
        feedback=read_feedback(con, week, figures.reasons),
        review=report.review,
        cards=cards(HEADLINE_IDS, registry, figures.trends, week),
        ladders=ladder.ladders(figures.trends, week),
        reasons=reason_section(report.shares, figures.reasons),
        repeat_weeks=ladder.repeat_weeks(figures.trends, week),
        service=[breakdown.service_table(report.cells, name, registry) for name in breakdown.DIMENSIONS],
        on_time=on_time(report.cells, registry),
        quality=read_quality(con, week, report.run.run_id),
        definitions=[registry[name] for name in HEADLINE_IDS if name in registry],
    )


def render_workflows(con: duckdb.DuckDBPyConnection, report: WeekReport) -> dict[str, str]:
    """Return the pages of the workflows by file name."""
    pages = {}
    for workflow in WORKFLOWS:
        name = page_name(report.week, workflow)
        shown = workflow_page.shown_on(con, workflow, report.figures)
        pages[name] = render_page("workflow.html.j2", **_frame(report, name), **shown)
    return pages


def _frame(report: WeekReport, here: str) -> dict[str, Any]:
    """Return what every page shows around its content; `here` is its own file name."""
    links = [(page_name(report.week), "Monday page")]
    links += [(page_name(report.week, workflow), workflow.title) for workflow in WORKFLOWS]
    return {
        "run": report.run,
        "week": report.week,
        "is_complete": report.is_complete,
        "links": links,
        "here": here,
    }


def on_time(cells: list[Cell], registry: dict[str, Row]) -> list[breakdown.Table]:
    """Return the on-time tables by carrier and by region."""
    metric = registry["M-32"]
    return [breakdown.on_time_table(cells, name, metric) for name in ("carrier", "region")]


def reason_section(shares: list[Cell], named: reasons.Reasons) -> dict[str, Any]:
    """Return what the reasons section shows."""
    verified, states = reasons.split_overall(shares, named)
    shown = verified[: reasons.TOP_OVERALL]
    return {
        "named": named,
        "top": shown,
        "hidden": len(verified) - len(shown),
        "hidden_calls": sum(cell.numerator or 0 for cell in verified[len(shown) :]),
        "states": states,
        "scale": max((cell.ci_high or 0.0 for cell in [*shown, *states]), default=1.0),
        "calls": shown[0].denominator if shown else 0,
        "places": [(name, reasons.by_place(shares, name, named)) for name in ("carrier", "region")],
        "matrices": [reasons.delivery_matrix(shares, name, named) for name in ("carrier", "region")],
    }
