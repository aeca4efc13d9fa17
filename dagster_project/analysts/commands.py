"""`whycall sql`: the command."""

import sys
from pathlib import Path

import click

from dagster_project.errors import one_line_errors
from dagster_project.settings import DEMO_DIR
from dagster_project.warehouse import Warehouse


@click.command()
@click.option(
    "--warehouse",
    type=click.Path(path_type=Path),
    envvar="WHYCALL_WAREHOUSE",
    default=DEMO_DIR / "warehouse",
    help="Warehouse folder. Default: the demo's.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
)
def sql(warehouse: Path, output_format: str) -> None:
    """Open a read-only SQL prompt on the published warehouse; reads a pipe as well.

    Exit code 2: a statement of the pipe failed.
    """
    from dagster_project.analysts.terminal import run_prompt

    with one_line_errors():
        code = run_prompt(Warehouse(warehouse), output_format)
    sys.exit(code)
