"""Exports that kill themselves with SIGKILL at a chosen point: before or after a request or a file swap.

Imports once, then forks one process per line of its input, so that a kill is a real one and still
costs no second start of Python. Answers each line with {"points": n} or {"signal": 9}.
"""

import json
import os
import signal
import sys
from pathlib import Path

import duckdb  # noqa: F401 (imported before the fork, used after it)
import requests

from tests.dagster_project.bigquery.conftest import Place


class Points:
    """Counts the moments at which the process can be killed."""

    def __init__(self, kill_at: int | None):
        self.passed, self.kill_at = 0, kill_at

    def __call__(self) -> None:
        if self.passed == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1

    def around(self, work):
        def surrounded(*args, **kwargs):
            self()
            done = work(*args, **kwargs)
            self()
            return done

        return surrounded


def run(order: dict) -> int:
    # each test has a server of its own
    os.environ.update(order["environment"])
    points = Points(order["kill_at"])
    requests.Session.send = points.around(requests.Session.send)
    os.replace = points.around(os.replace)
    Place(order["project"], order["dataset"]).export(Path(order["folder"]))
    return points.passed


def serve() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            os.write(writer, str(run(order)).encode())
            os._exit(0)
        os.close(writer)
        _, status = os.waitpid(child, 0)
        with os.fdopen(reader) as pipe:
            points = pipe.read()
        answer = {"signal": os.WTERMSIG(status)} if os.WIFSIGNALED(status) else {"points": int(points or -1)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
