"""Google's errors in one line that says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.resumable_media import InvalidResponse

from dagster_project.delivery.export import DeliveryError
from dagster_project.settings import ConfigurationError

_CONTINUE = "nothing is half done: run the same command again, it continues"
_GOOGLE = (api.GoogleAPIError, auth.GoogleAuthError, requests.RequestException, InvalidResponse, ConnectionError)


@contextmanager
def readable_errors(project: str, dataset: str) -> Iterator[None]:
    """Raise Google's errors as ConfigurationError (exit code 2) or DeliveryError (1)."""
    try:
        yield
    except _GOOGLE as error:
        raise explain(error, f"{project}.{dataset}") from error


def explain(error: Exception, target: str) -> Exception:
    """Return the project's error for one of Google's."""
    if isinstance(error, api.RetryError) and isinstance(error.cause, Exception):
        return explain(error.cause, target)
    if isinstance(error, InvalidResponse):
        return explain(api.from_http_response(error.response), target)
    if isinstance(error, auth.TransportError | requests.RequestException | ConnectionError):
        return DeliveryError(f"BigQuery cannot be reached: {_line(error)} ({_CONTINUE})")
    if isinstance(error, auth.GoogleAuthError | api.Unauthorized):
        return ConfigurationError(
            f"no valid Google credentials: {_line(error)} (run `gcloud auth application-default login`, or set "
            "GOOGLE_APPLICATION_CREDENTIALS to the key file of a service account)"
        )
    if isinstance(error, api.Forbidden | api.TooManyRequests):
        return _refused(error, target)
    if isinstance(error, api.NotFound) and "Dataset" in str(error):
        return ConfigurationError(
            f"{_line(error)} (create the dataset where its data may lie: `bq --location=EU mk --dataset "
            f"{target.replace('.', ':')}`)"
        )
    return DeliveryError(f"BigQuery: {_line(error)} ({_CONTINUE})")


def _refused(error: api.Forbidden | api.TooManyRequests, target: str) -> Exception:
    reason = (error.errors or [{}])[0].get("reason", "")
    if reason in ("quotaExceeded", "rateLimitExceeded") or isinstance(error, api.TooManyRequests):
        return DeliveryError(
            f"quota of {target} is used up: {_line(error)} (wait until it refills, or ask for more under IAM & Admin, "
            f"Quotas; {_CONTINUE})"
        )
    if reason == "billingNotEnabled":
        return ConfigurationError(f"{_line(error)} (switch billing on for the project: DML needs it)")
    return ConfigurationError(
        f"not allowed on {target}: {_line(error)} (grant the account roles/bigquery.dataEditor on the dataset and "
        "roles/bigquery.jobUser on the project)"
    )


def _line(error: Exception) -> str:
    text = error.message if isinstance(error, api.GoogleAPICallError) else str(error)
    text = " ".join(str(text).split())
    # the client puts method and address before the server's words
    return text.split("?prettyPrint=false: ")[-1][:300]
