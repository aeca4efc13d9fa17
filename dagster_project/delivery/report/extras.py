"""Tables that a workflow's page shows beside its metrics, each only where the warehouse has it with these columns."""

from dataclasses import dataclass
from datetime import date

import duckdb

from dagster_project.delivery.report import formats, queries
from dagster_project.delivery.report.source import Row, fetch
from dagster_project.delivery.report.workflows import Workflow


@dataclass(frozen=True)
class Column:
    """A column of a table: how its values are written, with the columns of its interval if it has one.

    A text is a code or a name and is written in words; what is a sentence, a name or an address already is verbatim.
    """

    name: str
    title: str
    kind: str = "text"
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Extra:
    """A mart to show: which rows of the week, in which order, which columns."""

    table: str
    title: str
    note: str
    columns: tuple[Column, ...]
    where: str
    order: str


@dataclass(frozen=True)
class Shown:
    """A table in words: titles with whether they are numbers, rows of cells (text, interval)."""

    title: str
    note: str
    heads: list[tuple[str, bool]]
    rows: list[list[tuple[str, str]]]


MOST = 15
_OF_WEEK = "week_start_date = $week"
LAUNCH = Extra(
    "launch_phases",
    "Launch gates",
    "The first 50 and 100 runs against the time before the launch; few runs show nothing below the smallest visible.",
    (
        Column("scope_id", "Scope"),
        Column("metric_id", "Metric"),
        Column("phase", "Phase"),
        Column("denominator", "Runs", "count"),
        Column("difference", "Against the baseline", "ratio", "difference_low", "difference_high"),
        Column("smallest_visible_difference", "Smallest visible", "ratio"),
        Column("gate_decision", "Gate"),
    ),
    "gate_decision is not null and workflow = $workflow",
    "gate_decision not in ('stop', 'hold'), scope_id, metric_id, phase_order",
)
DEFINITIONS = Extra(
    "definition_lab_weekly",
    "The same calls as vendors count them",
    "To convert a vendor's figure, take the points off. Each in the last week for which its own window is over.",
    (
        Column("vendor", "Vendor", "verbatim"),
        Column("week_start_date", "Week", "verbatim"),
        Column("vendor_metric", "What they call it", "verbatim"),
        Column("value", "Value", "share", "ci_low", "ci_high"),
        Column("denominator", "Of", "count"),
        Column("nearest_metric_id", "Nearest of ours", "verbatim"),
        Column("nearest_value", "Ours", "share"),
        Column("difference_points", "Points apart", "ratio"),
        Column("why_different", "Why", "verbatim"),
        Column("source_url", "Source", "verbatim"),
    ),
    # the windows of vendors end on different days: the last week that each of them can judge
    "vendor <> 'whycall' and (definition_id, week_start_date) in (select (definition_id, max(week_start_date)) from"
    " marts.definition_lab_weekly where week_start_date <= $week and value is not null group by definition_id)",
    "position",
)
EXTRAS = {
    "order_support": (DEFINITIONS,),
    "order_exception": (
        Extra(
            "delivery_scorecards_weekly",
            "Scorecards of the last 13 weeks",
            "Late shipments over those expected on the same lanes, services and weeks: 1 is as late as all.",
            (
                Column("scope", "Scope"),
                Column("subject", "Name"),
                Column("units", "Shipments", "count"),
                Column("crude_share", "Late", "share"),
                Column("adjusted_ratio", "Late over expected", "ratio", "ci_low", "ci_high"),
                Column("standing", "Standing"),
                Column("is_simpson", "Cleared by its lanes", "flag"),
            ),
            f"{_OF_WEEK} and is_rankable and period <> 'week'",
            "scope, adjusted_ratio desc, subject",
        ),
        Extra(
            "delivery_causes_weekly",
            "Verified delivery causes",
            "Per 1,000 shipments of a carrier in a region, cells with at least 30 shipments.",
            (
                Column("carrier", "Carrier"),
                Column("region", "Region"),
                Column("cause", "Cause"),
                Column("count_with_cause", "Shipments with it", "count"),
                Column("per_1000_shipments", "Per 1,000", "ratio", "ci_low", "ci_high"),
            ),
            f"{_OF_WEEK} and is_rankable and count_with_cause > 0 and carrier <> '(all)' and region <> '(all)'",
            "per_1000_shipments desc, carrier, region, cause",
        ),
    ),
    "cart_recovery": (
        Extra(
            "cart_revenue_weekly",
            "Revenue recovered, by currency",
            "Net of discounts and of refunds within 30 days; currencies are never added.",
            (
                Column("currency", "Currency"),
                Column("count_contacted", "Episodes contacted", "count"),
                Column("count_orders", "Orders", "count"),
                Column("net_revenue", "Net revenue", "ratio"),
                Column("discount_dependency", "With a discount", "share"),
                Column("maturity", "State"),
            ),
            _OF_WEEK,
            "net_revenue desc nulls last, currency",
        ),
    ),
    "incident": (
        Extra(
            "incident_review",
            "Incidents of the week",
            "One line per incident that was opened in the week.",
            (
                Column("incident_id", "Incident"),
                Column("severity", "Severity"),
                Column("count_accounts", "Accounts", "count"),
                Column("count_updated_accounts", "Updated", "count"),
                Column("minutes_detected_to_first_update", "Detected to first update", "minutes"),
                Column("minutes_to_resolve", "To resolve", "minutes"),
                Column("count_contacts", "Contacts", "count"),
                Column("count_unapproved_statements", "Unapproved statements", "count"),
            ),
            _OF_WEEK,
            "opened_at, incident_id",
        ),
    ),
    "handoff": (
        Extra(
            "sub_workflows_weekly",
            "By sub-workflow",
            "Calls of each sub-workflow: resolved by the agent, handed over, and how good the hand-over was.",
            (
                Column("sub_workflow", "Sub-workflow"),
                Column("count_calls", "Calls", "count"),
                Column("resolved_share", "Resolved", "share"),
                Column("count_handoffs", "Hand-offs", "count"),
                Column("complete_share", "Complete", "share"),
                Column("sufficient_share", "Sufficient", "share"),
            ),
            _OF_WEEK,
            "count_calls desc, sub_workflow",
        ),
    ),
}


def read_extras(con: duckdb.DuckDBPyConnection, workflow: Workflow, week: date) -> list[Shown]:
    """Return the further tables of a workflow that have rows for the week."""
    known: dict[str, set[str]] = {}
    for row in fetch(con, queries.COLUMNS):
        if row["schema_name"] == "marts":
            known.setdefault(row["table_name"], set()).add(row["column_name"])
    extras = [*EXTRAS.get(workflow.key, ()), LAUNCH]
    there = [extra for extra in extras if known.get(extra.table, set()) >= needed_columns(extra)]
    shown = [_shown(con, extra, workflow, week) for extra in there]
    return [table for table in shown if table.rows]


def needed_columns(extra: Extra) -> set[str]:
    """Return the columns that the mart must have to be shown."""
    return {name for column in extra.columns for name in (column.name, column.low, column.high) if name}


def _shown(con: duckdb.DuckDBPyConnection, extra: Extra, workflow: Workflow, week: date) -> Shown:
    sql = queries.EXTRA.format(
        columns=", ".join(sorted(needed_columns(extra))),
        table=extra.table,
        where=extra.where,
        order=extra.order,
        most=MOST,
    )
    given = {"week": week, "workflow": workflow.key}
    rows = fetch(con, sql, **{name: value for name, value in given.items() if f"${name}" in sql})
    return Shown(
        title=extra.title,
        note=extra.note,
        heads=[(column.title, column.kind not in ("text", "verbatim", "flag")) for column in extra.columns],
        rows=[[_cell(row, column) for column in extra.columns] for row in rows],
    )


def _cell(row: Row, column: Column) -> tuple[str, str]:
    value = row[column.name]
    if column.kind == "text":
        return formats.plain(str(value)) if value is not None else "", ""
    if column.kind == "verbatim":
        return str(value) if value is not None else "", ""
    if column.kind == "flag":
        return "yes" if value else "no", ""
    interval = formats.interval_text(row[column.low], row[column.high], column.kind) if column.low else ""
    return formats.value_text(value, column.kind), interval
