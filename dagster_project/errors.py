"""How the command line shows the project's own errors."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from dagster_project.settings import ConfigurationError


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Show a user's mistake on standard error and exit with 2."""
    try:
        yield
    except ConfigurationError as error:
        click.echo(f"whycall: {error}", err=True)
        sys.exit(2)
