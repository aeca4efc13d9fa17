"""`whycall export`: the published weeks to BigQuery, Parquet or CSV."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from dagster_project import exports
from dagster_project.console import RunDisplay, print_message
from dagster_project.delivery.export import DeliveryError
from dagster_project.settings import DEMO_DIR, ConfigurationError
from dagster_project.warehouse import Warehouse


def _common(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--dry-run", is_flag=True, help="Only say what would change."),
        click.option(
            "--small-cell-floor",
            "floor",
            type=click.IntRange(min=0),
            envvar=exports.FLOOR_VARIABLE,
            default=5,
            show_default=True,
            help="Cells of fewer units than this show neither counts nor values.",
        ),
        click.option("--weeks", help="Mondays: 2026-01-05,2026-01-12, a range 2026-01-05..2026-02-02, or last:4."),
        click.option(
            "--warehouse",
            type=click.Path(path_type=Path),
            envvar="WHYCALL_WAREHOUSE",
            default=DEMO_DIR / "warehouse",
            help="Warehouse folder. Default: the demo's.",
        ),
    ):
        command = option(command)
    return command


@click.group()
def export() -> None:
    """Deliver metrics, registry, reason shares and restatements to a BI tool.

    Exit code 0: delivered. 1: something was not delivered; the same command again continues.
    2: wrong use or unusable configuration.
    """


@export.command()
@click.option("--project", required=True, envvar=exports.PROJECT_VARIABLE, help="Google Cloud project.")
@click.option("--dataset", required=True, envvar=exports.DATASET_VARIABLE, help="Dataset; it must exist.")
@_common
def bigquery(project: str, dataset: str, warehouse: Path, **options: Any) -> None:
    """Bring a BigQuery dataset to what is published; each week is replaced whole."""
    with _exit_codes(), RunDisplay():
        done = exports.export_to_bigquery(Warehouse(warehouse), project, dataset, exports.ExportOptions(**options))
    loaded = sum(item.action == "loaded" for item in done)
    word = "would be loaded" if options["dry_run"] else "loaded, read back and found equal"
    print_message(f"{project}.{dataset}: {loaded} of {len(done)} batches {word}, the others stand")


def _to_folder(file_format: str) -> click.Command:
    @click.option("--output", required=True, type=click.Path(path_type=Path), help="Folder.")
    @_common
    def command(output: Path, warehouse: Path, **options: Any) -> None:
        with _exit_codes(), RunDisplay():
            changed = exports.export_to_folder(
                Warehouse(warehouse), output, file_format, exports.ExportOptions(**options)
            )
        print_message(f"{output}: {changed} files {'would change' if options['dry_run'] else 'changed'}")

    help_text = f"Write the same batches as {file_format} files, one per table and week."
    return click.command(file_format, help=help_text)(command)


export.add_command(_to_folder("parquet"))
export.add_command(_to_folder("csv"))


@contextmanager
def _exit_codes() -> Iterator[None]:
    try:
        yield
    except (ConfigurationError, DeliveryError) as error:
        click.echo(f"whycall: {error}", err=True)
        sys.exit(2 if isinstance(error, ConfigurationError) else 1)
