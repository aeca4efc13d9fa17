"""What the command line shows: progress on standard error, results on standard output."""

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.table import Table

from dagster_project.progress import listening
from dagster_project.settings import Settings
from dagster_project.warehouse import Warehouse

_out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 132)
_err = Console(stderr=True, highlight=False)

_LAST_RUNS = 5
_FRESHNESS = """
select
    source,
    count(*) as files,
    sum(rows_read)::bigint as rows_read,
    sum(rows_loaded)::bigint as loaded,
    sum(rows_duplicate)::bigint as duplicate,
    sum(rows_superseded)::bigint as superseded,
    sum(rows_quarantined)::bigint as quarantined,
    strftime(max(loaded_at), '%Y-%m-%d %H:%M') as last_file_loaded
from ops.load_ledger
group by source
order by source
"""
_QUARANTINE = """
select source, reason_code, count(*) as rows, any_value(file) as example_file,
    any_value(row_number) as row, any_value(reason) as example_reason
from ops.quarantine
group by source, reason_code
order by rows desc, source, reason_code
limit 10
"""


class RunDisplay:
    """Shows what a run is doing: a live line on a terminal, one line per step elsewhere."""

    def __init__(self) -> None:
        """Prepare a live line if standard error is a terminal."""
        self._status = _err.status("starting") if _err.is_terminal else None
        self._step = ""
        self._started = time.monotonic()
        self._begun = self._started
        self._last = ""
        self._listening = listening(self)

    def __enter__(self) -> "RunDisplay":
        """Start listening to the run's reports."""
        self._listening.__enter__()
        if self._status:
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening."""
        self._finish_step()
        if self._status:
            self._status.stop()
        self._listening.__exit__(kind, error, trace)

    def __call__(self, step: str, text: str) -> None:
        """Show one report."""
        if step != self._step:
            self._finish_step()
            self._step, self._begun = step, time.monotonic()
        self._last = text
        if self._status:
            self._status.update(f"[bold]{step}[/bold] {text}")

    def close_with(self, exit_code: int) -> None:
        """Say how long it took."""
        self._finish_step()
        word = "done" if exit_code == 0 else "failed"
        _err.print(f"{word} in {time.monotonic() - self._started:.1f} s")

    def _finish_step(self) -> None:
        if self._step:
            seconds = time.monotonic() - self._begun
            _err.print(f"{self._step:<8} {seconds:6.1f} s  {self._last}", markup=False)
        self._step = ""


def print_message(text: str) -> None:
    """Print one line on standard output."""
    _out.print(text, markup=False)


def print_headlines(settings: Settings) -> None:
    """Print the headline figures of the report's week, and where everything lies."""
    from dagster_project.delivery.report import headline_figures, report_path, report_week

    warehouse = Warehouse(settings.warehouse, settings.memory_limit, settings.threads)
    with warehouse.connect_published() as con:
        week = report_week(con)
        figures = headline_figures(con, week)
    table = Table(title=f"Week of {week}", title_justify="left")
    for heading in ("metric", "", "value", "95 % interval", "n", "before", "maturity"):
        table.add_column(heading, justify="right" if heading in ("value", "n", "before") else "left")
    for item in figures:
        table.add_row(*item.as_row())
    _out.print(table)
    _out.print(f"warehouse  {warehouse.published}", markup=False)
    page = report_path(warehouse.reports, week)
    if page.exists():
        _out.print(f"report     {page}", markup=False)


def print_status(warehouse: Warehouse) -> None:
    """Print the last runs, the sources' freshness and the quarantine counts."""
    with warehouse.connect_published() as con:
        _print_runs(warehouse)
        for title, sql in (("Sources", _FRESHNESS), ("Quarantine", _QUARANTINE)):
            result = con.execute(sql)
            names = [column[0] for column in result.description or []]
            table = Table(*names, title=title, title_justify="left")
            for row in result.fetchall():
                table.add_row(*("" if cell is None else str(cell) for cell in row))
            _out.print(table)


def _print_runs(warehouse: Warehouse) -> None:
    runs = Table(title="Last runs", title_justify="left")
    for heading in ("run", "started", "status", "as of", "message"):
        runs.add_column(heading)
    for item in warehouse.runs()[-_LAST_RUNS:]:
        # the first line says how many checks failed, the second names the first of them
        message = " ".join((item["message"] or "").split("\n")[:2])
        cells = (item["run_id"], item["started_at"], item["status"], item["as_of"], message)
        runs.add_row(*(cell or "" for cell in cells))
    _out.print(runs)
