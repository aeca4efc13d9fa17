"""The Dagster UI in a real browser: the graph, and a run started there."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

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

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian package chromium)"),
]


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


@pytest.fixture
def server(shop, tmp_path) -> Iterator[str]:
    """`make ui` on the generated shop; its address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "dagster_project.ui"],
        cwd=ROOT,
        env={
            **os.environ,
            "DAGSTER_HOME": str(tmp_path / "home"),
            "DAGSTER_DISABLE_TELEMETRY": "1",
            "WHYCALL_UI_PORT": str(port),
            "WHYCALL_LANDING": str(shop / "landing"),
            "WHYCALL_WAREHOUSE": str(tmp_path / "warehouse"),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"{address}/server_info", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False

    try:
        wait_for(answers, 180)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)


def ask(address: str, query: str) -> dict:
    request = urllib.request.Request(
        f"{address}/graphql",
        data=json.dumps({"query": query}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["data"]


@pytest.fixture
def page(server):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1800, "height": 1000})
        page.set_default_timeout(60_000)
        yield page
        browser.close()


def save(page, name: str) -> None:
    """Keep a screenshot if a folder is given; the README's picture is made this way."""
    if folder := os.environ.get("WHYCALL_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / name))


def test_the_graph_reads_from_landing_to_report_and_a_run_succeeds(server, page, tmp_path):
    page.goto(f"{server}/asset-groups")
    for group in GROUPS:
        page.get_by_text(group, exact=True).first.wait_for()
    page.get_by_role("button", name="Materialize all").click()
    query = "{runsOrError{... on Runs{results{status}}}}"

    def finished() -> str | None:
        results = ask(server, query)["runsOrError"]["results"]
        ended = results and results[0]["status"] in ("SUCCESS", "FAILURE", "CANCELED")
        return results[0]["status"] if ended else None

    assert wait_for(finished, 420, pause=3) == "SUCCESS"
    page.goto(f"{server}/asset-groups")
    page.get_by_text("delivery", exact=True).first.wait_for()
    page.wait_for_timeout(4_000)
    save(page, "dagster_graph.png")
    page.goto(f"{server}/assets/published/warehouse")
    page.get_by_text("headline").first.wait_for()
    save(page, "dagster_metadata.png")
    con = duckdb.connect(str((tmp_path / "warehouse" / "whycall.duckdb").resolve()), read_only=True)
    assert con.execute("select count(*) > 0 from marts.metric_weekly").fetchone() == (True,)
    con.close()
    assert list((tmp_path / "warehouse" / "reports").glob("weekly_*.html"))
