"""What the figures rest on: files and rows, quarantine, match coverage, eligibility."""

from dataclasses import dataclass
from datetime import date

import duckdb

from dagster_project.delivery.report import formats, quality_queries
from dagster_project.delivery.report.source import Row, fetch

ELIGIBILITY = (
    ("is_unique", "Calls started in the week"),
    ("is_not_test", "without test calls"),
    ("is_connected", "that connected"),
    ("is_person", "and reached a person"),
    ("is_engaged", "who spoke for at least 10 seconds (engaged)"),
    ("is_engaged_inbound", "of these inbound"),
)
COVERAGE = (
    ("with_customer", "with a known customer"),
    ("with_order", "with a known order"),
    ("with_shipment", "with a known shipment"),
    ("accepted", "with an accepted reason"),
    ("abstained", "where the reason was too unsure (abstained)"),
    ("no_reason_stated", "where no reason was stated"),
    ("not_a_contact", "that were no real contact"),
)


@dataclass(frozen=True)
class Quality:
    """Everything the data section shows, in words."""

    ledger: list[Row]
    totals: Row
    new_files: int
    quarantine: list[Row]
    unknown_sources: list[Row]
    schema_drift: list[Row]
    eligibility: list[tuple[str, str, str]]
    coverage: list[tuple[str, str, str]]
    engaged_calls: int


LEDGER_COUNTS = (
    "files", "rows_read", "rows_loaded", "rows_duplicate", "rows_superseded", "rows_quarantined",
)  # fmt: skip


def read_quality(con: duckdb.DuckDBPyConnection, week: date, run_id: str) -> Quality:
    """Return the state of the data: files of all runs, coverage of the week."""
    ledger = fetch(con, quality_queries.LEDGER, run_id=run_id)
    totals = {name: sum(row[name] for row in ledger) for name in LEDGER_COUNTS}
    coverage = fetch(con, quality_queries.COVERAGE, week=week)[0]
    funnel = fetch(con, quality_queries.ELIGIBILITY, week=week)[0]
    engaged = coverage["engaged_calls"]
    return Quality(
        ledger=ledger,
        totals=totals,
        new_files=sum(row["new_files"] for row in ledger),
        quarantine=[_example(row) for row in fetch(con, quality_queries.QUARANTINE)],
        unknown_sources=fetch(con, quality_queries.UNKNOWN_SOURCES),
        schema_drift=fetch(con, quality_queries.SCHEMA_DRIFT),
        eligibility=_shares(funnel, ELIGIBILITY, funnel["is_unique"]),
        coverage=_shares(coverage, COVERAGE, engaged),
        engaged_calls=engaged,
    )


def _shares(row: Row, names: tuple[tuple[str, str], ...], whole: int) -> list[tuple[str, str, str]]:
    return [
        (words, formats.number(row[name]), formats.percent(row[name] / whole if whole else None))
        for name, words in names
    ]


def _example(row: Row) -> Row:
    file, line = row["example"] if isinstance(row["example"], tuple) else row["example"].values()
    return {
        **row,
        "reason": formats.plain(row["reason_code"]),
        "file": file,
        "line": line,
    }
