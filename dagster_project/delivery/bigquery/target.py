"""Where an export goes: project, dataset, client, and how long it is tried."""

import os
import re
from dataclasses import dataclass, field

from google.api_core.retry import Retry
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
from google.cloud.bigquery.retry import DEFAULT_RETRY

from dagster_project.settings import ConfigurationError

_PROJECT = r"([a-z][a-z0-9.-]{0,61}[a-z0-9]:)?[a-z][a-z0-9-]{4,28}[a-z0-9]"
_DATASET = r"\w{1,1024}"
# the client itself looks at this variable; a loopback server wants no credentials
EMULATOR = "BIGQUERY_EMULATOR_HOST"


@dataclass(frozen=True)
class Patience:
    """How long one request, all its repetitions and one job may take, in seconds.

    Attributes:
        first_delay: wait before the first repetition; it doubles from there.
        longest_delay: where the doubling ends.
        request: one request.
        retries: one request with all its repetitions.
        job: until a job is done.
    """

    first_delay: float = 1.0
    longest_delay: float = 32.0
    request: float = 120.0
    retries: float = 600.0
    job: float = 1800.0

    @property
    def retry(self) -> Retry:
        """The client's own rule of what may be repeated, with these delays."""
        return DEFAULT_RETRY.with_delay(self.first_delay, self.longest_delay, 2.0).with_timeout(self.retries)

    def poll(self, not_yet: type[Exception]) -> Retry:
        """Return a repetition that goes on while `not_yet` is raised."""
        return Retry(
            predicate=lambda error: isinstance(error, not_yet),
            initial=self.first_delay,
            maximum=self.longest_delay,
            multiplier=1.5,
            timeout=self.job,
        )


@dataclass(frozen=True)
class Target:
    """A dataset of a project.

    Attributes:
        client: Google's client, bound to the project.
        dataset: name of the dataset; it must exist.
        location: of the dataset; jobs must run there.
        patience: see there.
    """

    client: bigquery.Client
    dataset: str
    location: str | None = None
    patience: Patience = field(default_factory=Patience)

    @property
    def name(self) -> str:
        """Project and dataset, as BigQuery writes them."""
        return f"{self.client.project}.{self.dataset}"

    def reference(self, table: str, partition: str = "") -> bigquery.TableReference:
        """Return a table, or one partition of it, such as 20260105."""
        decorated = f"{table}${partition}" if partition else table
        return bigquery.DatasetReference(self.client.project, self.dataset).table(decorated)


def check_names(project: str, dataset: str) -> None:
    """Raise ConfigurationError unless both names can exist."""
    if not re.fullmatch(_PROJECT, project):
        raise ConfigurationError(f"--project is no project id: {project!r} (for example my-shop-123456)")
    if not re.fullmatch(_DATASET, dataset, re.ASCII):
        raise ConfigurationError(f"--dataset takes letters, digits and _, without the project: {dataset!r}")


def connect(project: str, dataset: str, patience: Patience | None = None) -> Target:
    """Return the target after a look at the dataset, which also proves the credentials.

    Raises:
        google's errors: see `errors.readable_errors`.
    """
    check_names(project, dataset)
    credentials = AnonymousCredentials() if os.environ.get(EMULATOR) else None
    client = bigquery.Client(project=project, credentials=credentials)
    target = Target(client, dataset, None, patience or Patience())
    found = client.get_dataset(
        bigquery.DatasetReference(project, dataset), retry=target.patience.retry, timeout=target.patience.request
    )
    return Target(client, dataset, found.location, target.patience)
