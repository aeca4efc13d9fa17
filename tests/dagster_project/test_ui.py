"""`make ui` with its daemon: the graph and a run in a real browser, ticks of a schedule, a new file seen by the sensor.

`make screenshots` runs this file and keeps the README's pictures.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from dagster_project.defs.automation import landing_fingerprint
from dagster_project.defs.partitions import day_before, today
from tests.dagster_project.conftest import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
GROUPS = ["landing", "raw", "staging", "intermediate", "marts", "metrics", "delivery"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

needs_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian package chromium)"),
]
REPOSITORY = {"repositoryName": "__repository__", "repositoryLocationName": "whycall"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, seconds: float, pause: float = 1.0):
    """Return the first true answer of `what`, asking again until the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = what()
        if answer:
            return answer
        time.sleep(pause)
    raise AssertionError(f"no answer within {seconds} s")


@dataclass(frozen=True)
class Server:
    """A running `make ui`: its address, its folders, the log of its three processes."""

    address: str
    landing: Path
    warehouse: Path
    log: Path

    def ask(self, query: str, **variables: object) -> dict:
        """Return the data of a GraphQL query."""
        request = urllib.request.Request(
            f"{self.address}/graphql",
            data=json.dumps({"query": query, "variables": variables}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = json.load(answer)
        assert "errors" not in body, body
        return body["data"]

    def runs(self) -> list[dict]:
        """Return the runs, newest first, with their tags as a dictionary."""
        query = "{runsOrError{... on Runs{results{runId status jobName startTime endTime tags{key value}}}}}"
        runs = self.ask(query)["runsOrError"]["results"]
        return [run | {"tags": {tag["key"]: tag["value"] for tag in run["tags"]}} for run in runs]

    def rows(self, sql: str) -> list[tuple]:
        """Return the rows of a query on what is published."""
        con = duckdb.connect(str((self.warehouse / "whycall.duckdb").resolve()), read_only=True)
        try:
            return con.execute(sql).fetchall()
        finally:
            con.close()


@pytest.fixture(scope="module")
def server(shop, tmp_path_factory) -> Iterator[Server]:
    """`make ui` on a copy of the generated shop; its daily schedule ticks each minute once it is switched on."""
    folder = tmp_path_factory.mktemp("ui")
    shutil.copytree(shop / "landing", folder / "landing")
    port = free_port()
    server = Server(f"http://127.0.0.1:{port}", folder / "landing", folder / "warehouse", folder / "ui.log")
    with server.log.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dagster_project.ui"],
            cwd=ROOT,
            env={
                **os.environ,
                "DAGSTER_HOME": str(folder / "home"),
                "DAGSTER_DISABLE_TELEMETRY": "1",
                "WHYCALL_UI_PORT": str(port),
                "WHYCALL_LANDING": str(server.landing),
                "WHYCALL_WAREHOUSE": str(server.warehouse),
                "WHYCALL_DAILY_CRON": "* * * * *",
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"{server.address}/server_info", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False

    try:
        wait_for(answers, 300)
        yield server
    finally:
        process.terminate()
        code = process.wait(timeout=120)
    # a signal is the way to stop it
    assert code == 0, server.log.read_text()[-3000:]


@pytest.fixture
def page(server):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1800, "height": 1000})
        page.set_default_timeout(120_000)
        yield page
        browser.close()


def save(page, name: str, width: int | None = None) -> None:
    """Keep a screenshot if a folder is given, of the whole page or of its left part; the README's are made this way."""
    if folder := os.environ.get("WHYCALL_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        size = page.viewport_size
        clip = {"x": 0, "y": 0, "width": width or size["width"], "height": size["height"]}
        page.wait_for_timeout(3_000)
        page.screenshot(path=str(Path(folder) / name), clip=clip)


def browser_test(test):
    for mark in needs_browser:
        test = mark(test)
    return test


def wait_for_success(server: Server, is_wanted) -> dict:
    """Return the first run that is wanted, when it has succeeded."""

    def finished() -> dict | None:
        found = [run for run in server.runs() if is_wanted(run)]
        ended = found and found[-1]["status"] in ("SUCCESS", "FAILURE", "CANCELED")
        return found[-1] if ended else None

    run = wait_for(finished, 420, pause=3)
    assert run["status"] == "SUCCESS", server.log.read_text()[-3000:]
    return run


@browser_test
def test_the_graph_reads_from_landing_to_report_and_a_run_succeeds(server, page):
    page.goto(f"{server.address}/asset-groups")
    for group in GROUPS:
        page.get_by_text(group, exact=True).first.wait_for()
    page.goto(f"{server.address}/locations/whycall/jobs/whole_chain")
    page.get_by_role("button", name="Materialize all").click()
    page.get_by_role("button", name="Latest").click()
    page.get_by_role("button", name="Launch 1 run").click()
    run = wait_for_success(server, lambda run: run["jobName"] == "whole_chain")
    page.goto(f"{server.address}/runs/{run['runId']}")
    page.get_by_text("Success", exact=True).first.wait_for()
    assert server.rows("select count(*) > 0 from marts.metric_weekly") == [(True,)]


@browser_test
def test_a_week_of_the_report_is_started_from_its_page(server, page):
    (week,) = server.rows("select max(week_start_date)::varchar from marts.dim_weeks where is_over")[0]
    page.goto(f"{server.address}/locations/whycall/jobs/weekly_report_only")
    page.get_by_role("button", name="Materialize").first.click()
    # the dialog shows the last 90 days unless asked, and the shop is older
    page.get_by_role("button", name="Latest").wait_for()
    page.wait_for_timeout(2_000)
    if page.get_by_text("Show all partitions").count():
        page.get_by_text("Show all partitions").click()
    weeks = page.locator("input[placeholder^='ex:']")
    weeks.fill(week)
    weeks.press("Enter")
    page.get_by_role("button", name="Launch 1 run").click()
    wait_for_success(server, lambda run: run["jobName"] == "weekly_report_only")
    assert (server.warehouse / "reports" / f"weekly_{week}.html").exists()


@browser_test
def test_pages_show_figures_checks_owners_and_origins_of_columns(server, page):
    page.goto(f"{server.address}/asset-groups")
    page.get_by_text("delivery", exact=True).first.wait_for()
    page.wait_for_timeout(1_000)
    save(page, "dagster_graph.png")
    page.goto(f"{server.address}/assets/published/warehouse")
    page.get_by_text("headline").first.wait_for()
    page.goto(f"{server.address}/assets/marts/fct_calls?view=checks")
    # one of Great Expectations and one of dbt, whose long name the page cuts in the middle
    page.get_by_text("every_call_is_in_the_fact").first.wait_for()
    page.get_by_text("primary_key_fct_calls_call_key").first.wait_for()
    page.set_viewport_size({"width": 1800, "height": 1500})
    page.goto(f"{server.address}/assets/marts/fct_calls")
    page.get_by_text("Made of int_contacts.carrier.").first.wait_for()
    page.get_by_text("analytics_engineering").first.wait_for()
    # without the panel that names this test's schedule of every minute
    save(page, "dagster_columns.png", width=1320)


def switch_on(server: Server, kind: str, name: str) -> None:
    selector = {**REPOSITORY, f"{kind}Name": name}
    title = kind.capitalize()
    field = "scheduleState{status}" if kind == "schedule" else "sensorState{status}"
    result = "ScheduleStateResult" if kind == "schedule" else "Sensor"
    server.ask(
        f"mutation($it: {title}Selector!) {{start{title}({kind}Selector: $it) "
        f"{{__typename ... on {result} {{{field}}} ... on PythonError {{message}}}}}}",
        it=selector,
    )


def test_ticks_of_the_schedule_and_a_new_file_are_seen_by_the_daemon(server):
    before = {run["runId"] for run in server.runs()}
    selector = {**REPOSITORY, "sensorName": "new_landing_files"}
    server.ask(
        "mutation($it: SensorSelector!, $cursor: String) {setSensorCursor(sensorSelector: $it, cursor: $cursor) "
        "{__typename ... on PythonError {message}}}",
        it=selector,
        cursor=landing_fingerprint(server.landing)[0],
    )
    switch_on(server, "sensor", "new_landing_files")
    wait_for(lambda: "new_landing_files skipped: nothing new" in server.log.read_text(), 120)
    source = next((server.landing / "tickets").iterdir())
    shutil.copyfile(source, source.with_name(f"again_{source.name}"))

    def is_sensed(run: dict) -> bool:
        return run["runId"] not in before and run["tags"].get("dagster/sensor_name") == "new_landing_files"

    wait_for(lambda: [run for run in server.runs() if is_sensed(run)], 120)
    # from here on a run is asked for each minute, and each waits for the one before it
    switch_on(server, "schedule", "daily_run")
    sensed = wait_for_success(server, is_sensed)
    assert sensed["tags"]["dagster/partition"] == today()
    # the copy was read, and of the two equal files one counts
    seen = server.rows(
        "select count(*), count(*) filter (rows_loaded > 0) from ops.load_ledger "
        "where file_hash = (select file_hash from ops.load_ledger where contains(file, '/again_'))"
    )
    assert seen == [(2, 1)]
    ticked = wait_for(
        lambda: [run for run in server.runs() if run["tags"].get("dagster/schedule_name") == "daily_run"], 150
    )
    assert ticked[-1]["tags"]["dagster/partition"] == day_before(datetime.now(UTC).date())
    # one writer: whoever asked, a run begins when the one before it has ended
    writers = sorted(
        (run["startTime"], run["endTime"])
        for run in server.runs()
        if run["jobName"] == "whole_chain" and run["startTime"]
    )
    assert all(end and end <= begin for (_, end), (begin, _) in pairwise(writers)), writers
    log = server.log.read_text()
    assert "Evaluating schedule `daily_run`" in log
    assert re.search("Completed scheduled launch of run .* for daily_run", log)
