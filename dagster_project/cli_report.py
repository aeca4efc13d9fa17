"""`whycall report`: the weekly report of the published warehouse, again or for another week."""

from datetime import date
from pathlib import Path

import click

from dagster_project.console import print_message
from dagster_project.errors import one_line_errors
from dagster_project.settings import DEMO_DIR, ConfigurationError
from dagster_project.warehouse import Warehouse


@click.command()
@click.option(
    "--warehouse",
    type=click.Path(path_type=Path),
    envvar="WHYCALL_WAREHOUSE",
    default=DEMO_DIR / "warehouse",
    help="Warehouse folder. Default: the demo's.",
)
@click.option("--week", help="Monday of the week, for example 2026-01-05. Default: the last complete week.")
@click.option("--pdf", is_flag=True, help="Also each page as PDF; needs Chromium or Chrome.")
@click.option("--email", is_flag=True, help="Also the short version for e-mail: HTML, plain text and a draft (.eml).")
@click.option("--output", type=click.Path(path_type=Path), help="Folder. Default: WAREHOUSE/reports.")
def report(warehouse: Path, week: str | None, pdf: bool, email: bool, output: Path | None) -> None:
    """Write the report of a week: the Monday page, a page per workflow, on demand PDF and e-mail.

    `whycall run` writes the pages and the e-mail of the last complete week by itself.
    """
    from dagster_project.delivery.report import NoBrowser, write_weekly_report

    with one_line_errors():
        published = Warehouse(warehouse)
        monday = _monday(week)
        folder = output or published.reports
        with published.connect_published() as con:
            try:
                path = write_weekly_report(con, folder, monday, with_email=email, with_pdf=pdf)
            except (NoBrowser, ValueError) as error:
                raise ConfigurationError(str(error)) from error
            except OSError as error:
                raise ConfigurationError(
                    f"cannot write to {folder}: {error.strerror} (give another --output)"
                ) from error
    for written in sorted(folder.glob(f"{path.stem}*")):
        print_message(str(written))


def _monday(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigurationError(f"not a date: {text!r} (for example 2026-01-05)") from error
