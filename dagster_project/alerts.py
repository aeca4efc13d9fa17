"""Tells people outside that a run failed: one JSON body to a webhook, tried a few times, never raising."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass

URL_VARIABLE = "WHYCALL_ALERT_WEBHOOK"
UI_VARIABLE = "WHYCALL_UI_URL"
TIMEOUT_SECONDS = 5.0
TRIES = 3
FIRST_PAUSE_SECONDS = 1.0
_LONGEST_MESSAGE = 2_000


@dataclass(frozen=True)
class RunAlert:
    """A failed run.

    Attributes:
        job: name of the job.
        run_id: Dagster's id of the run.
        step: the step that failed; empty if the run failed before or between steps.
        message: for people; never the text of an unexpected error, which may quote data.
    """

    job: str
    run_id: str
    step: str
    message: str

    def body(self) -> dict[str, str]:
        """Return the JSON body; chat systems show its `text`, everything else is for programs."""
        where = f", step {self.step}" if self.step else ""
        body = {
            "text": f"whycall: {self.job} failed{where}. {self.message}"[:_LONGEST_MESSAGE],
            "event": "run_failed",
            "job": self.job,
            "run_id": self.run_id,
            "step": self.step,
            "message": self.message[:_LONGEST_MESSAGE],
        }
        if address := os.environ.get(UI_VARIABLE):
            body["url"] = f"{address.rstrip('/')}/runs/{self.run_id}"
        return body


def send_alert(alert: RunAlert, pause: Callable[[float], None] = time.sleep) -> str:
    """Post an alert to WHYCALL_ALERT_WEBHOOK; return in words what became of it.

    Whoever calls must go on when the webhook is down, so nothing is raised. The address may carry a secret and is
    never part of what is returned.
    """
    url = os.environ.get(URL_VARIABLE)
    if not url:
        return f"not sent: {URL_VARIABLE} is not set"
    problem = ""
    for attempt in range(TRIES):
        if attempt:
            pause(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
        problem, is_final = _post(url, alert.body())
        if not problem:
            return "sent"
        if is_final:
            break
    return f"not sent: {problem}"


def _post(url: str, body: Mapping[str, str]) -> tuple[str, bool]:
    """Return what went wrong, empty if nothing did, and whether trying again is useless."""
    try:
        request = urllib.request.Request(
            url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}, method="POST"
        )
        if request.type not in ("http", "https"):
            return "the webhook is no http address", True
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
            return "", True
    except urllib.error.HTTPError as error:
        # too many requests and faults of the server pass; any other refusal stays one
        return f"the webhook answered {error.code}", error.code != 429 and error.code < 500
    except (OSError, ValueError) as error:
        return f"the webhook could not be reached ({type(error).__name__})", isinstance(error, ValueError)
