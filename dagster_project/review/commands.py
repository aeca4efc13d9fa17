"""`whycall review`: the commands of the review loop."""

from datetime import UTC, datetime
from pathlib import Path

import click

from dagster_project.console import print_message
from dagster_project.errors import one_line_errors
from dagster_project.settings import DEMO_DIR, parse_instant
from dagster_project.warehouse import Warehouse

_WAREHOUSE = click.option(
    "--warehouse",
    type=click.Path(path_type=Path),
    envvar="WHYCALL_WAREHOUSE",
    default=DEMO_DIR / "warehouse",
    help="Warehouse folder. Default: the demo's.",
)


@click.group()
def review() -> None:
    """Export the review queue as a sheet, import what people decided, export it as labels."""


@review.command("export")
@_WAREHOUSE
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("review.csv"),
    show_default=True,
    help="The sheet to write, CSV.",
)
def export_queue(warehouse: Path, output: Path) -> None:
    """Write the review queue as a CSV sheet for a spreadsheet program.

    People fill in code_after or decision, and reviewer_id; minutes and decided_at are optional.
    """
    from dagster_project.review.sheet import export_sheet

    with one_line_errors():
        count = export_sheet(Warehouse(warehouse), output)
    print_message(f"{count} items -> {output}")


@review.command("import")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--landing", required=True, type=click.Path(path_type=Path), help="Landing folder.")
@click.option("--at", default=None, help="When it was decided, ISO 8601. Default: now, or the line's decided_at.")
def import_decisions(source: Path, landing: Path, at: str | None) -> None:
    """Check a filled-in sheet and land its decisions; nothing is written if a line is wrong.

    Exit code 2: a line is wrong; the message names file, line and what to do.
    """
    from dagster_project.review.decisions import import_sheet

    with one_line_errors():
        now = parse_instant(at) if at else datetime.now(UTC)
        result = import_sheet(source, landing, now)
    print_message(
        f"{result.written} new decisions, {result.known} landed before, {result.empty} lines without an answer"
    )
    if result.path:
        print_message(f"{result.path}; the next `whycall run` whose as-of is not before them takes them in")


@review.command("gold")
@_WAREHOUSE
@click.option("--output", required=True, type=click.Path(path_type=Path), help="The file to write, CSV.")
@click.option("--only-audit", is_flag=True, help="Only the random audit: a fair sample to judge a model on.")
def export_labels(warehouse: Path, output: Path, only_audit: bool) -> None:
    """Write reviewed texts with their codes as CSV (text, code), to train on or to judge a model on."""
    from dagster_project.review.gold import export_gold

    with one_line_errors():
        result = export_gold(Warehouse(warehouse), output, only_audit)
    print_message(
        f"{result.texts} texts -> {output} (left out: {result.disputed} calls on which reviewers disagree, "
        f"{result.ambiguous} texts with two codes)"
    )


@review.command("recalibrate")
@_WAREHOUSE
@click.option("--precision", type=click.FloatRange(0.5, 0.999), default=None, help="Asked of every accepted code.")
def recalibrate(warehouse: Path, precision: float | None) -> None:
    """Fit the classifier's temperature and thresholds again on the random audit of a warehouse.

    Nothing moves unless the audit proves it wrong; what moves is a new model of this warehouse, the old one stays.
    """
    from classifiers.calibration import PRECISION
    from dagster_project.review.retrain import recalibrate_warehouse

    with one_line_errors():
        found = recalibrate_warehouse(Warehouse(warehouse), precision or PRECISION)
    for line in found.lines:
        print_message(line)
    if found.folder is not None:
        print_message(f"{found.folder}; the next `whycall run` tags new calls with it, with --retag all")
