"""Jobs that take effect once, whoever starts them and however often.

The id of a job says what it is to bring about. A second start of the same id is refused by
BigQuery (409), and whoever is refused waits for the first. An id whose job is done but whose
effect is gone (the week was restated and restated back) or that failed is followed by the next one.
"""

import time
from collections.abc import Callable
from typing import Any

from google.api_core import exceptions

from dagster_project.delivery.bigquery.target import Patience, Target
from dagster_project.delivery.export import DeliveryError

Job = Any
Submit = Callable[[str], Job]

_MOST_ATTEMPTS = 200
_MOST_STARTS = 5
_TRANSIENT = {"backendError", "internalError", "rateLimitExceeded", "jobBackendError", "jobInternalError", "stopped"}


class _NotYet(Exception):
    """The job runs, or does not show itself yet."""


def run_once(target: Target, base: str, submit: Submit, holds: Callable[[], bool]) -> str:
    """Bring an effect about by one job; return the id of the job that did.

    Args:
        target: where.
        base: says what the job brings about; attempts count up behind it.
        submit: starts the job of a given id.
        holds: tells whether the effect stands.

    Raises:
        DeliveryError: the job fails for good, or somebody else undoes the effect again and again.
    """
    starts = 0
    for attempt in range(_MOST_ATTEMPTS):
        job_id = f"{base}_{attempt}"
        job, is_ours = _start_or_find(target, job_id, submit)
        wait_until_done(job, target.patience)
        starts += is_ours
        if job.error_result is None:
            if holds():
                return job_id
        elif is_ours and job.error_result.get("reason") not in _TRANSIENT:
            raise DeliveryError(f"job {job_id} failed: {job.error_result.get('message', '')[:300]}")
        if starts >= _MOST_STARTS:
            raise DeliveryError(_gave_up(job_id, starts, job))
        if is_ours:
            time.sleep(min(target.patience.first_delay * 2**starts, target.patience.longest_delay))
    raise DeliveryError(f"{base}: {_MOST_ATTEMPTS} jobs of this id exist already (drop the table and export again)")


def find_done(target: Target, base: str) -> str | None:
    """Return the id of the latest finished job of this base, None if there is none."""
    latest = None
    for attempt in range(_MOST_ATTEMPTS):
        try:
            job = _get(target, f"{base}_{attempt}")
        except exceptions.NotFound:
            break
        if job.state == "DONE" and job.error_result is None:
            latest = str(job.job_id)
    return latest


def wait_for_unfinished(target: Target, prefix: str) -> int:
    """Wait until no job of this prefix runs: what a killed export started may still take effect."""
    waited = 0
    for state in ("pending", "running"):
        for job in target.client.list_jobs(
            state_filter=state, retry=target.patience.retry, timeout=target.patience.request
        ):
            if job.job_id.startswith(prefix):
                wait_until_done(job, target.patience)
                waited += 1
    return waited


def wait_until_done(job: Job, patience: Patience) -> None:
    """Return when the job is done, well or not.

    Raises:
        DeliveryError: it still runs after `patience.job` seconds.
    """

    def look() -> None:
        if job.state != "DONE":
            job.reload(retry=patience.retry, timeout=patience.request)
        if job.state != "DONE":
            raise _NotYet

    try:
        patience.poll(_NotYet)(look)()
    except exceptions.RetryError as error:
        if not isinstance(error.cause, _NotYet):
            raise
        raise DeliveryError(
            f"job {job.job_id} still runs after {patience.job:.0f} s (run the same command again, it waits for it)"
        ) from error


def _start_or_find(target: Target, job_id: str, submit: Submit) -> tuple[Job, bool]:
    try:
        return target.patience.retry(submit)(job_id), True
    except exceptions.Conflict:
        return _find(target, job_id), False


def _find(target: Target, job_id: str) -> Job:
    def look() -> Job:
        try:
            return _get(target, job_id)
        except exceptions.NotFound as error:
            # right after a 409 the job may not show itself yet
            raise _NotYet from error

    return target.patience.poll(_NotYet)(look)()


def _get(target: Target, job_id: str) -> Job:
    patience = target.patience
    return target.client.get_job(job_id, location=target.location, retry=patience.retry, timeout=patience.request)


def _gave_up(job_id: str, starts: int, job: Job) -> str:
    if job.error_result:
        return f"job {job_id} and {starts - 1} before it failed: {job.error_result.get('message', '')[:300]}"
    return (
        f"job {job_id} is done but the rows read back are not those that were sent, {starts} times (does another "
        "export write the same week, or does the dataset let partitions expire?)"
    )
