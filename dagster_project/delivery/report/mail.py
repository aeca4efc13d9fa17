"""The short version for e-mail: HTML of tables and inline styles, its plain text, and both as one message."""

from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from dagster_project.delivery.report import formats, workflow_page
from dagster_project.delivery.report.cards import cards
from dagster_project.delivery.report.headline import HEADLINE_IDS
from dagster_project.delivery.report.page import WeekReport
from dagster_project.delivery.report.rendering import render_page, render_text
from dagster_project.delivery.report.workflows import page_name


def mail_names(week: date) -> tuple[str, str, str]:
    """Return the names of the HTML, the plain text and the message."""
    stem = f"weekly_{week.isoformat()}_email"
    return f"{stem}.html", f"{stem}.txt", f"{stem}.eml"


def render_mail(report: WeekReport) -> dict[str, bytes]:
    """Return the three files by name. No call is quoted and no call id named: mails are forwarded."""
    shown = _shown(report)
    html = render_page("email.html.j2", **shown)
    text = render_text("email.txt.j2", **shown)
    html_name, text_name, message_name = mail_names(report.week)
    return {html_name: html.encode(), text_name: text.encode(), message_name: _message(report, html, text)}


def _shown(report: WeekReport) -> dict[str, Any]:
    figures = report.figures
    overviews = workflow_page.overviews(figures)
    return {
        "run": report.run,
        "week": report.week,
        "is_complete": report.is_complete,
        "stand_out": report.stand_out,
        "evidence": report.evidence,
        "cards": cards(HEADLINE_IDS, figures.registry, figures.trends, report.week),
        "overviews": overviews,
        "rules": [rule for item in overviews for rule in item.rules],
        "review": report.review,
        "full_report": page_name(report.week),
    }


def _message(report: WeekReport, html: str, text: str) -> bytes:
    """Return a message without sender and receiver, that mail programs open as a draft."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"Why customers called, {formats.week_span(report.week)}"
    message["Date"] = format_datetime(report.run.as_of_local)
    message["X-Unsent"] = "1"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    # the same warehouse gives the same file
    message.set_boundary(f"=_whycall_{report.run.snapshot_id}_{report.week:%Y%m%d}")
    return message.as_bytes()
