"""Turns the project's own errors into Dagster failures with a readable description."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from dagster_project.pipeline import RunFailed
from dagster_project.settings import ConfigurationError
from dagster_project.transform import TransformError
from ingest import AccountingError, IngestError

CHECK_FAILED = 1
WRONG_USE = 2


@contextmanager
def readable_failures() -> Iterator[None]:
    """Raise dg.Failure with the message and the exit code of the contract."""
    try:
        yield
    except (RunFailed, TransformError, AccountingError) as error:
        raise failure(str(error), CHECK_FAILED) from error
    except (ConfigurationError, IngestError) as error:
        raise failure(str(error), WRONG_USE) from error


def failure(description: str, exit_code: int) -> dg.Failure:
    """Return a failure that is not tried again and carries whycall's exit code."""
    return dg.Failure(description, metadata={"exit_code": exit_code}, allow_retries=False)
