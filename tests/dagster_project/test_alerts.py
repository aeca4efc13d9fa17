"""A failed run is told once to a webhook, and a webhook that is down hurts nobody."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import dagster as dg
import pytest

from dagster_project import alerts
from dagster_project.alerts import RunAlert, send_alert
from dagster_project.defs.alerts import alert_on_failure
from dagster_project.defs.failures import failure

ALERT = RunAlert("whole_chain", "r1", "dbt_models", "2 check(s) failed, nothing was published")


class Receiver(ThreadingHTTPServer):
    """Answers with the codes it is given, then with 200, and keeps what it received."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[int] = []
        self.received: list[dict] = []
        self.delay = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook?token=secret"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Type"] == "application/json"
        self.server.received.append(json.loads(body))
        time.sleep(self.server.delay)
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def receiver(monkeypatch) -> Iterator[Receiver]:
    server = Receiver()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("WHYCALL_ALERT_WEBHOOK", server.url)
    yield server
    server.shutdown()
    server.server_close()


def test_the_body_is_json_with_a_text_for_chats(receiver, monkeypatch):
    monkeypatch.setenv("WHYCALL_UI_URL", "http://dagster.example/")
    assert send_alert(ALERT) == "sent"
    (body,) = receiver.received
    assert body["text"] == "whycall: whole_chain failed, step dbt_models. 2 check(s) failed, nothing was published"
    assert (body["event"], body["job"], body["run_id"]) == ("run_failed", "whole_chain", "r1")
    assert body["url"] == "http://dagster.example/runs/r1"


def test_without_an_address_nothing_is_sent(monkeypatch):
    monkeypatch.delenv("WHYCALL_ALERT_WEBHOOK", raising=False)
    assert "WHYCALL_ALERT_WEBHOOK is not set" in send_alert(ALERT)


@pytest.mark.parametrize("answers", [[500], [429, 503]])
def test_passing_faults_are_tried_again_with_growing_pauses(receiver, answers):
    pauses: list[float] = []
    receiver.answers = list(answers)
    assert send_alert(ALERT, pauses.append) == "sent"
    assert len(receiver.received) == len(answers) + 1
    assert pauses == [1.0, 2.0][: len(answers)]


def test_it_gives_up_in_words_without_the_secret(receiver):
    receiver.answers = [500] * 5
    outcome = send_alert(ALERT, lambda seconds: None)
    assert outcome == "not sent: the webhook answered 500"
    assert len(receiver.received) == alerts.TRIES


def test_a_refusal_is_not_tried_again(receiver):
    receiver.answers = [404]
    assert send_alert(ALERT) == "not sent: the webhook answered 404"
    assert len(receiver.received) == 1


def test_a_webhook_that_hangs_costs_its_timeout(receiver, monkeypatch):
    monkeypatch.setattr(alerts, "TIMEOUT_SECONDS", 0.2)
    receiver.delay = 1.0
    outcome = send_alert(ALERT, lambda seconds: None)
    assert outcome.startswith("not sent: the webhook could not be reached")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "file:///etc/passwd", "nonsense", "http://[bad/"])
def test_no_address_raises(monkeypatch, url):
    monkeypatch.setenv("WHYCALL_ALERT_WEBHOOK", url)
    assert send_alert(ALERT, lambda seconds: None).startswith("not sent: ")


@dg.op
def says_why() -> None:
    description = "2 check(s) failed, nothing was published:\n  a_test: could not read 'anna@example.org'"
    raise failure(description, 1, checks=["a_test", "another"])


@dg.op
def breaks() -> None:
    raise ValueError("row of customer anna@example.org is odd")


@pytest.mark.parametrize(
    ("op", "message"),
    [
        (says_why, "2 check(s) failed, nothing was published (a_test, another)"),
        (breaks, "Unexpected error of the kind ValueError"),
    ],
)
def test_the_sensor_tells_our_words_and_of_other_errors_only_the_kind(receiver, op, message):
    @dg.job
    def failing() -> None:
        op()

    with dg.DagsterInstance.ephemeral() as instance:
        result = failing.execute_in_process(instance=instance, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor_name="alert_on_failure",
            dagster_event=result.get_run_failure_event(),
            dagster_instance=instance,
            dagster_run=result.dagster_run,
        ).for_run_failure()
        outcome = alert_on_failure(context)
    assert isinstance(outcome, dg.SkipReason)
    (body,) = receiver.received
    assert (body["job"], body["step"]) == ("failing", op.name)
    assert body["message"].startswith(message)
    assert "example.org" not in json.dumps(body)
