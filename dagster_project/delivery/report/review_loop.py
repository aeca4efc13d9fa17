"""How far the reasons can be trusted: the review queue, the random audit, drift, themes, reviewers."""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
from markupsafe import Markup

from dagster_project.delivery.report import review_queries
from dagster_project.delivery.report.charts import Point, trend_chart
from dagster_project.delivery.report.headline import TREND_WEEKS
from dagster_project.delivery.report.source import Row, fetch
from dagster_project.delivery.report.workflows import mart_names


@dataclass(frozen=True)
class ReviewLoop:
    """The figures of the review loop; a part whose table is not there is None, an empty one empty."""

    queue: list[Row] | None
    waiting: int
    overdue: int
    drift: Row | None
    abstained_chart: Markup
    precision_chart: Markup
    weak_codes: list[Row]
    shares: list[Row] | None
    agreement: Row | None
    pairs: int
    themes: list[Row] | None
    claims: list[Row]


def read_review_loop(con: duckdb.DuckDBPyConnection, week: date) -> ReviewLoop:
    """Return the state of the review loop: the queue as of the run, the audit of the week."""
    known = mart_names(con)

    def rows(table: str, sql: str) -> list[Row] | None:
        if table not in known:
            return None
        return fetch(con, sql, week=week) if "$week" in sql else fetch(con, sql)

    queue = rows("review_queue", review_queries.QUEUE)
    drift = rows("classifier_drift_weekly", review_queries.DRIFT) or []
    agreement = rows("reviewer_agreement", review_queries.AGREEMENT) or []
    return ReviewLoop(
        queue=queue,
        waiting=sum(row["items"] for row in queue or []),
        overdue=sum(row["overdue"] for row in queue or []),
        drift=next((row for row in drift if row["week_start_date"] == week), None),
        abstained_chart=_chart(drift, week, "Abstained calls", "abstained_share", "abstained_ci"),
        precision_chart=_chart(drift, week, "Audited precision", "audited_precision", "precision_ci"),
        weak_codes=rows("audited_precision_weekly", review_queries.WEAK_CODES) or [],
        shares=rows("reason_shares_weekly", review_queries.SHARES),
        agreement=next((row for row in agreement if row["reviewer_1"] == "(all)"), None),
        pairs=sum(row["reviewer_1"] != "(all)" for row in agreement),
        themes=rows("emerging_themes", review_queries.THEMES),
        claims=rows("claim_checks_weekly", review_queries.CLAIMS) or [],
    )


def _chart(rows: list[Row], week: date, label: str, value: str, interval: str) -> Markup:
    found = {row["week_start_date"]: row for row in rows}
    mondays = [week - timedelta(weeks=back) for back in range(TREND_WEEKS - 1, -1, -1)]
    points = [
        Point(monday, row.get(value), row.get(f"{interval}_low"), row.get(f"{interval}_high"))
        for monday in mondays
        for row in [found.get(monday, {})]
    ]
    return trend_chart(points, "share", label)
