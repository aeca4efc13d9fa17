"""Jobs of the fake: accepted under an id that exists once, done some polls later."""

from tests.dagster_project.bigquery.fake.faults import ApiError
from tests.dagster_project.bigquery.fake.store import Store


class Jobs:
    """All jobs of the project.

    Attributes:
        lag: how many looks at a job find it unfinished.
        fail_next: (reason, message) pairs; each makes one load job end in that error.
    """

    def __init__(self, store: Store):
        self.store = store
        self.lag = 0
        self.fail_next: list[tuple[str, str]] = []
        self._jobs: dict[str, dict] = {}
        self._content: dict[str, bytes] = {}
        self._looks: dict[str, int] = {}

    def insert(self, job: dict, content: bytes = b"") -> dict:
        """Accept a job, or say that its id exists."""
        job_id = job["jobReference"]["jobId"]
        if job_id in self._jobs:
            raise ApiError(409, "duplicate", f"Already Exists: Job {self.store.project}:EU.{job_id}")
        if job["jobReference"].get("location", "EU") != "EU":
            raise ApiError(404, "notFound", f"Not found: Dataset {self.store.project} was not found in location")
        kind = next(name for name in ("load", "query") if name in job["configuration"])
        if kind == "load":
            to = job["configuration"]["load"]["destinationTable"]
            self.store.dataset(to["datasetId"])
        job = {
            "kind": "bigquery#job",
            "id": f"{self.store.project}:EU.{job_id}",
            "configuration": {**job["configuration"], "jobType": kind.upper()},
            "jobReference": {**job["jobReference"], "location": "EU"},
            "status": {"state": "PENDING"},
            "statistics": {"creationTime": "1760000000000", kind: {}},
        }
        self._jobs[job_id] = job
        self._content[job_id] = content
        self._looks[job_id] = self.lag
        return job

    def get(self, job_id: str) -> dict:
        """Return a job; the look that finds it done is the one at which it takes effect."""
        if job_id not in self._jobs:
            raise ApiError(404, "notFound", f"Not found: Job {self.store.project}:EU.{job_id}")
        job = self._jobs[job_id]
        if job["status"]["state"] == "DONE":
            return job
        if self._looks[job_id]:
            self._looks[job_id] -= 1
            job["status"] = {"state": "RUNNING"}
            return job
        self._finish(job)
        return job

    def listed(self, state: str) -> list[dict]:
        """Return the jobs of a state."""
        return [job for job in self._jobs.values() if job["status"]["state"].lower() == state]

    def loads(self, state: str = "DONE") -> list[str]:
        """Return the ids of successful load jobs in the order in which they were accepted."""
        return [
            name
            for name, job in self._jobs.items()
            if "load" in job["configuration"] and job["status"]["state"] == state and "errorResult" not in job["status"]
        ]

    def _finish(self, job: dict) -> None:
        job_id = job["jobReference"]["jobId"]
        job["status"] = {"state": "DONE"}
        try:
            if "query" in job["configuration"]:
                self.store.query(job)
                return
            if self.fail_next:
                reason, message = self.fail_next.pop(0)
                raise ApiError(400, reason, message)
            self.store.load(job, self._content.pop(job_id))
        except ApiError as error:
            result = {"reason": error.reason, "message": error.message}
            job["status"] |= {"errorResult": result, "errors": [result]}
