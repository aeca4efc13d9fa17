"""The weekly report: self-contained HTML pages, e-mail and PDF, and the headline figures behind them.

Reads a published warehouse over a read-only DuckDB connection. Every metric comes from
`marts.metric_weekly`; nothing is computed a second time.
"""

from dagster_project.delivery.report.files import report_path, write_weekly_report
from dagster_project.delivery.report.headline import Headline, headline_figures
from dagster_project.delivery.report.pdf import NoBrowser
from dagster_project.delivery.report.source import report_week
from dagster_project.delivery.report.summary import headline_markdown

__all__ = [
    "Headline",
    "NoBrowser",
    "headline_figures",
    "headline_markdown",
    "report_path",
    "report_week",
    "write_weekly_report",
]
