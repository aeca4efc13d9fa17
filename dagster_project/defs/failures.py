"""Turns the project's own errors into Dagster failures with a readable description."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import dagster as dg

from dagster_project.delivery.export import DeliveryError
from dagster_project.pipeline import RunFailed
from dagster_project.settings import ConfigurationError
from dagster_project.transform import TransformError
from ingest import AccountingError, IngestError

CHECK_FAILED = 1
WRONG_USE = 2


@contextmanager
def readable_failures(may_try_again: bool = False) -> Iterator[None]:
    """Raise dg.Failure with the message and the exit code of the contract.

    Args:
        may_try_again: what could not be delivered now may be deliverable later.
    """
    try:
        yield
    except DeliveryError as error:
        raise failure(str(error), CHECK_FAILED, may_try_again) from error
    except (RunFailed, TransformError, AccountingError) as error:
        raise failure(str(error), CHECK_FAILED) from error
    except (ConfigurationError, IngestError) as error:
        raise failure(str(error), WRONG_USE) from error


def failure(description: str, exit_code: int, may_try_again: bool = False, checks: Sequence[str] = ()) -> dg.Failure:
    """Return a failure that carries whycall's exit code and is not tried again unless that may help.

    Args:
        description: for people who look at the run; below its first line it may quote data.
        exit_code: of `whycall run`.
        may_try_again: a second try may find another world.
        checks: names of failed checks, which may leave the house in an alert.
    """
    metadata: dict[str, int | str] = {"exit_code": exit_code, "checks": ", ".join(checks)}
    return dg.Failure(description, metadata=metadata, allow_retries=may_try_again)
