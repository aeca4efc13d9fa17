"""`whycall notebook`: the notebooks on the published warehouse, opened with one command."""

import importlib.util
import os
import sys
from pathlib import Path

import click

from dagster_project.console import print_message
from dagster_project.errors import one_line_errors
from dagster_project.settings import DEMO_DIR, PROJECT_ROOT, ConfigurationError
from dagster_project.warehouse import Warehouse

NOTEBOOKS = PROJECT_ROOT / "notebooks"


@click.command()
@click.argument("name", required=False)
@click.option(
    "--warehouse",
    type=click.Path(path_type=Path),
    envvar="WHYCALL_WAREHOUSE",
    default=DEMO_DIR / "warehouse",
    help="Warehouse folder. Default: the demo's.",
)
@click.option("--edit", is_flag=True, help="Open it with its code, to be changed; else it is shown as an app.")
@click.option("--port", default=2718, show_default=True, help="Port of the notebook's server on this machine.")
def notebook(name: str | None, warehouse: Path, edit: bool, port: int) -> None:
    """Open a notebook on the published warehouse in the browser; without a name, list them."""
    with one_line_errors():
        names = sorted(path.stem for path in NOTEBOOKS.glob("[!_]*.py"))
        if name is None:
            for found in names:
                print_message(found)
            return
        if name not in names:
            raise ConfigurationError(f"no notebook {name}; there are {', '.join(names)}")
        if importlib.util.find_spec("marimo") is None:
            raise ConfigurationError("marimo is missing: `make notebooks`, or install the extra whycall[notebooks]")
        with Warehouse(warehouse).connect_published():
            pass  # a clear message now is better than one inside the notebook
    command = [sys.executable, "-m", "marimo", "edit" if edit else "run", str(NOTEBOOKS / f"{name}.py")]
    environment = {**os.environ, "WHYCALL_WAREHOUSE": str(warehouse.resolve())}
    # the server takes this process over, so that whoever ends the command ends the server
    os.execve(sys.executable, [*command, "--host", "127.0.0.1", "--port", str(port)], environment)
