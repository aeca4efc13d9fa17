"""The `whycall` command."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from dagster_project import __version__
from dagster_project.analysts.commands import sql
from dagster_project.cli_export import export
from dagster_project.cli_model import classify, train
from dagster_project.cli_notebook import notebook
from dagster_project.cli_report import report
from dagster_project.console import RunDisplay, print_headlines, print_message, print_status
from dagster_project.errors import one_line_errors
from dagster_project.queries import run_query
from dagster_project.review.commands import review
from dagster_project.settings import (
    DEMO_DIR,
    Settings,
    check_timezone,
    parse_instant,
)
from dagster_project.warehouse import Warehouse

_WAREHOUSE = click.option(
    "--warehouse",
    type=click.Path(path_type=Path),
    envvar="WHYCALL_WAREHOUSE",
    default=DEMO_DIR / "warehouse",
    help="Warehouse folder. Default: the demo's.",
)


class _OneLineCommands(click.Group):
    """Commands whose every complaint is one line that says what to do."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command; exit with 2 for wrong use and with 130 when interrupted."""
        try:
            return super().main(*args, **{**options, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(2)
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else "whycall"
            click.echo(f"whycall: {error.format_message()} ({command} --help)", err=True)
            sys.exit(2)
        except click.Abort:
            click.echo("whycall: interrupted; the last published warehouse still stands", err=True)
            sys.exit(130)


@click.group(cls=_OneLineCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Why customers call: landing files in, a checked warehouse and a weekly report out."""


main.add_command(export)
main.add_command(notebook)
main.add_command(report)
main.add_command(review)
main.add_command(sql)
main.add_command(classify)
main.add_command(train)


@main.command()
@click.option("--landing", required=True, type=click.Path(path_type=Path), help="Landing folder.")
@click.option("--warehouse", required=True, type=click.Path(path_type=Path), help="Output folder.")
@click.option("--as-of", default=None, help="The instant taken for now, ISO 8601.")
@click.option("--timezone", default="UTC", show_default=True, help="Reporting time zone, IANA name.")
@click.option("--retag", is_flag=True, help="Tag every call again, as after a new model version.")
@click.option("--force", is_flag=True, help="Build again even if nothing is new.")
@click.option(
    "--model",
    type=click.Path(path_type=Path),
    envvar="WHYCALL_MODEL",
    help="Folder of a model. Default: the warehouse's own, else the shipped one.",
)
@click.option(
    "--second-opinion",
    is_flag=True,
    envvar="WHYCALL_SECOND_OPINION",
    help="Ask the sentence encoder about unsure calls (make semantic).",
)
def run(
    landing: Path,
    warehouse: Path,
    as_of: str | None,
    timezone: str,
    retag: bool,
    force: bool,
    model: Path | None,
    second_opinion: bool,
) -> None:
    """Ingest, classify, transform, check, publish, report.

    Exit code 0: published. 1: a check failed, nothing published, the last published warehouse
    still stands. 2: wrong use or unusable configuration.
    """
    with one_line_errors():
        settings = Settings(
            landing=landing,
            warehouse=warehouse,
            as_of=None if as_of is None else parse_instant(as_of),
            timezone=check_timezone(timezone),
            retag=retag,
            model=model,
            second_opinion=second_opinion,
        )
    sys.exit(_run_and_show(settings, force))


@main.command()
@click.option("--size", default=20_000, show_default=True, help="Calls of the sample shop.")
@click.option("--seed", default=7, show_default=True, help="Another seed is another shop.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=DEMO_DIR,
    help="Folder of landing files and warehouse. Default: data/demo.",
)
def demo(size: int, seed: int, output: Path) -> None:
    """Generate a sample shop, run the whole chain, print the headline figures."""
    from dagster_project.sample_demo import make_demo_shop
    from dagster_project.ui import dagster_home

    with one_line_errors():
        with RunDisplay() as display:
            display("shop", f"simulating {size:,} calls")
            end = make_demo_shop(output, size, seed, lambda text: display("shop", text))
        # the run is recorded where `make ui` looks
        os.environ.setdefault("DAGSTER_HOME", str(dagster_home()))
        settings = Settings(output / "landing", output / "warehouse", as_of=end)
    code = _run_and_show(settings, force=False)
    if code == 0:
        print_message("Dagster UI: make ui, then open http://127.0.0.1:3000 (the run is in it)")
    sys.exit(code)


@main.command()
@_WAREHOUSE
def status(warehouse: Path) -> None:
    """Show the last runs, how fresh each source is, and what was quarantined."""
    with one_line_errors():
        print_status(Warehouse(warehouse))


@main.command()
@click.argument("sql")
@_WAREHOUSE
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    show_default=True,
)
@click.option("--output", type=click.Path(path_type=Path), help="File; needed for parquet.")
def query(sql: str, warehouse: Path, output_format: str, output: Path | None) -> None:
    """Run one read-only SQL query on the published warehouse."""
    with one_line_errors():
        run_query(Warehouse(warehouse), sql, output_format, output)


@main.command()
@click.argument("connector")
@click.option("--landing", required=True, type=click.Path(path_type=Path), help="Landing folder.")
@click.option("--state", required=True, type=click.Path(path_type=Path), help="Folder that remembers where to go on.")
def fetch(connector: str, landing: Path, state: Path) -> None:
    """Land what is new at dialnexa_calls, zendesk_tickets or shopify_orders."""
    from ingest.fetch import FetchError, connectors
    from ingest.fetch import fetch as fetch_pages

    if connector not in connectors():
        click.echo(f"whycall: no connector {connector}; there are {', '.join(connectors())}", err=True)
        sys.exit(2)
    try:
        pages = fetch_pages(connector, landing, state)
    except FetchError as error:
        click.echo(f"whycall: {error}", err=True)
        sys.exit(2)
    print_message(f"{pages} new pages in {landing / connectors()[connector]['folder']}")


def _run_and_show(settings: Settings, force: bool) -> int:
    from dagster_project.run import WRONG_USE, run_whole_chain

    with RunDisplay() as display:
        outcome = run_whole_chain(settings, force)
        if outcome.exit_code != WRONG_USE:
            display.close_with(outcome.exit_code)
    if outcome.exit_code:
        click.echo(f"whycall: {outcome.message}", err=True)
        return outcome.exit_code
    if outcome.is_unchanged:
        print_message("nothing new since the last run: the published warehouse stands")
    print_headlines(settings)
    return 0


if __name__ == "__main__":
    main()
