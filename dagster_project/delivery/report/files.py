"""Writes the report of a week: all files rendered first, then put in place, the Monday page last."""

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from dagster_project.delivery.report import mail, pdf
from dagster_project.delivery.report.page import read_week, render_main, render_workflows
from dagster_project.delivery.report.source import report_week
from dagster_project.delivery.report.workflows import WORKFLOWS, page_name


def report_path(out_dir: Path, week: date) -> Path:
    """Return where the Monday page of a week lies; the other files lie beside it."""
    return out_dir / page_name(week)


def write_weekly_report(
    con: duckdb.DuckDBPyConnection,
    out_dir: Path,
    week_start: date | None = None,
    *,
    with_email: bool = True,
    with_pdf: bool = False,
) -> Path:
    """Write the pages of a week and return the path of the Monday page, `weekly_<week_start_date>.html`.

    A file appears whole or not at all, and the Monday page comes last, so that what it links to is there. When the
    Monday page changes, an e-mail or PDF of its earlier version that is not written anew is removed.

    Args:
        con: a published warehouse, read-only is enough.
        out_dir: folder of the reports, made if missing.
        week_start: Monday of the week; by default the last complete week with calls.
        with_email: also the short version for e-mail.
        with_pdf: also each page as PDF, by a browser.

    Raises:
        ValueError: `week_start` is not a Monday, or the warehouse was never built by a run.
        pdf.NoBrowser: PDF was asked for and there is no browser, or it failed; nothing is written then.
    """
    week = report_week(con, week_start)
    report = read_week(con, week)
    main = page_name(week)
    pages = {**render_workflows(con, report), main: render_main(con, report)}
    files = {name: text.encode() for name, text in pages.items()}
    if with_pdf:
        files = {**pdf.print_pages(pages), **files}
    if with_email:
        files = {**mail.render_mail(report), **files}
    out_dir.mkdir(parents=True, exist_ok=True)
    stale = _stale(out_dir, week, files)
    _put(out_dir, files)
    for path in stale:
        path.unlink(missing_ok=True)
    return out_dir / main


def _put(out_dir: Path, files: Mapping[str, bytes]) -> None:
    """Put files in place, in their order; beside first, so that none is seen half written."""
    parts = {out_dir / name: out_dir / f".{name}.{os.getpid()}.part" for name in files}
    try:
        for path, part in parts.items():
            part.write_bytes(files[path.name])
        for path, part in parts.items():
            os.replace(part, path)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _stale(out_dir: Path, week: date, files: Mapping[str, bytes]) -> list[Path]:
    """Return what was made of an earlier version of the week and is not made now."""
    main = out_dir / page_name(week)
    if main.exists() and main.read_bytes() == files[main.name]:
        return []
    return [out_dir / name for name in sorted(set(extra_names(week)) - set(files))]


def extra_names(week: date) -> list[str]:
    """Return the names of the files that only come when asked for: e-mail and PDF."""
    pages = [page_name(week), *(page_name(week, workflow) for workflow in WORKFLOWS)]
    return [*mail.mail_names(week), *(pdf.pdf_name(page) for page in pages)]
