"""The notebooks run on the published warehouse, fail on errors, and write what the review's import reads."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from dagster_project.delivery.report.stats import difference_interval, wilson
from dagster_project.review.decisions import import_sheet
from dagster_project.settings import PROJECT_ROOT, parse_instant
from tests.dagster_project.conftest import whycall

pytest.importorskip("marimo", reason="the extra notebooks is not installed; `make test` installs it")
NOTEBOOKS = sorted((PROJECT_ROOT / "notebooks").glob("[!_]*.py"))


def run(notebook: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, str(notebook), *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=PROJECT_ROOT.parent,
        env={**{k: v for k, v in os.environ.items() if k != "WHYCALL_WAREHOUSE"}, **environment},
        timeout=300,
        check=False,
    )


def test_all_four_are_there():
    assert {path.stem for path in NOTEBOOKS} == {
        "carrier_scorecard", "is_the_bot_containing", "label_review", "why_did_customers_call",
    }  # fmt: skip


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_on_the_demo(published, notebook):
    done = run(notebook, "--warehouse", published)
    assert done.returncode == 0, done.stderr[-3000:]


def test_it_leaves_the_warehouse_as_it_is(published):
    path = (published / "whycall.duckdb").resolve()
    before = path.stat().st_mtime_ns, path.stat().st_size
    assert run(PROJECT_ROOT / "notebooks" / "label_review.py", WHYCALL_WAREHOUSE=str(published)).returncode == 0
    assert (path.stat().st_mtime_ns, path.stat().st_size) == before


def test_a_missing_warehouse_is_an_error_and_names_the_way_out(tmp_path):
    done = run(NOTEBOOKS[0], "--warehouse", tmp_path)
    assert done.returncode != 0
    assert "whycall demo" in done.stderr


@pytest.fixture(scope="module")
def notebooks_path():
    sys.path.insert(0, str(PROJECT_ROOT / "notebooks"))
    yield
    sys.path.remove(str(PROJECT_ROOT / "notebooks"))


def test_the_intervals_are_those_of_the_report(published):
    con = load(PROJECT_ROOT / "notebooks" / "_published.py").connect(published)
    for k, n, k0, n0 in [(0, 7, 3, 9), (7, 7, 1, 400), (35, 50, 700, 1000), (3, 200, 0, 12)]:
        found = con.execute(
            "select wilson_low(k, n), wilson_high(k, n), change_low(k, n, k0, n0), change_high(k, n, k0, n0) "
            "from (select ?::double as k, ?::double as n, ?::double as k0, ?::double as n0)",
            [k, n, k0, n0],
        ).fetchone()
        low, high = wilson(k, n)
        change = difference_interval((k / n, low, high), (k0 / n0, *wilson(k0, n0)))
        assert found == pytest.approx((low, high, *change), abs=1e-6)
    con.close()


def test_the_bot_is_decomposed_without_a_rest(published, notebooks_path, monkeypatch):
    monkeypatch.setenv("WHYCALL_WAREHOUSE", str(published))
    _, defs = load(PROJECT_ROOT / "notebooks" / "is_the_bot_containing.py").app.run()
    parts = defs["parts"]
    with duckdb.connect(str((published / "whycall.duckdb").resolve()), read_only=True) as con:
        now, before = con.execute(
            "select avg(is_contained_functional::int) filter (where week_start_date = $week), "
            "avg(is_contained_functional::int) filter (where week_start_date < $week) from marts.fct_calls "
            "where is_engaged_inbound and week_start_date between $week::date - 28 and $week",
            {"week": defs["final_week"]},
        ).fetchone()
    assert parts["by_rate"].sum() + parts["by_mix"].sum() == pytest.approx(now - before)
    assert parts["by_rate"].abs().sum() > 0


def test_what_the_label_review_writes_is_imported(published, notebooks_path, monkeypatch, tmp_path):
    monkeypatch.setenv("WHYCALL_WAREHOUSE", str(published))
    app = load(PROJECT_ROOT / "notebooks" / "label_review.py").app
    _, defs = app.run()
    first, second = defs["lines"][:2]
    answers = {
        first["item_id"]: {"code_after": "WISMO", "reviewer_id": "ann", "minutes": "1.5", "decided_at": ""},
        second["item_id"]: {"decision": "undecidable", "reviewer_id": "ann"},
    }
    decided = [{**line, **answers[line["item_id"]]} for line in defs["lines"] if line["item_id"] in answers]
    sheet, landing = tmp_path / "decisions.csv", tmp_path / "landing"
    landing.mkdir()
    defs["write_sheet"](decided, sheet)
    result = import_sheet(sheet, landing, parse_instant("2027-01-01T00:00:00Z"))
    assert (result.written, result.known, result.empty) == (2, 0, 0)


def test_the_command_lists_and_refuses():
    listed = whycall("notebook")
    assert listed.out.split() == [path.stem for path in NOTEBOOKS]
    refused = whycall("notebook", "nothing")
    assert refused.code == 2
    assert "label_review" in refused.err


def load(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def served(published, tmp_path):
    """The address of the label review, served as its users open it; the sheet goes to tmp_path."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "dagster_project.cli", "notebook", "label_review", "--warehouse", str(published)]
    server = subprocess.Popen(
        [*command, "--port", str(port)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "BROWSER": "true"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield f"http://127.0.0.1:{port}"
    os.killpg(server.pid, signal.SIGTERM)
    server.wait(timeout=30)


@pytest.mark.browser
def test_a_person_decides_and_saves(served, tmp_path):
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Chromium")
    sheet = tmp_path / "decisions.csv"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_default_timeout(120_000)
        open_when_up(page, served)
        page.get_by_text("items wait").wait_for()
        assert page.get_by_text("Nothing waits here").count() == 0
        page.get_by_placeholder("your id").fill("ann")
        page.get_by_placeholder("your id").press("Tab")
        page.get_by_label("undecidable").click()
        page.get_by_role("button", name="Keep this decision").click()
        page.get_by_role("button", name="Save 1 decision").wait_for()
        box = page.locator("input[type=text]").last
        box.fill(str(sheet))
        box.press("Tab")
        page.get_by_role("button", name="Save 1 decision").click()
        page.get_by_text("now: ").wait_for()
        browser.close()
    landing = tmp_path / "landing"
    landing.mkdir()
    result = import_sheet(sheet, landing, parse_instant("2027-01-01T00:00:00Z"))
    assert result.written == 1
    assert "undecidable" in result.path.read_text()
    assert "ann" in result.path.read_text()


def open_when_up(page, address: str) -> None:
    host, port = address.removeprefix("http://").split("/")[0].split(":")
    for _ in range(120):
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                page.goto(address)
                return
        time.sleep(0.5)
    raise AssertionError(f"nothing answers at {address}")
