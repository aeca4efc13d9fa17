"""What all notebooks share: the published warehouse, read-only, and two ways to draw an interval."""

import os
from pathlib import Path

import altair as alt
import duckdb
import marimo as mo
import pandas as pd

DEMO = Path(__file__).resolve().parent.parent / "data" / "demo" / "warehouse"
INK, SOFT, ACCENT = "#1b2430", "#8a94a0", "#1d5d72"

# Wilson's interval of a share and Newcombe's of a difference: the same as in the metrics
_MACROS = """
create or replace temp macro wilson_low(k, n) as case when n > 0 then greatest(0,
    ((k / n) + 1.9207294 / n - 1.9599640 * sqrt((k / n) * (1 - k / n) / n + 0.9603647 / n / n)) / (1 + 3.8414588 / n)
) end;
create or replace temp macro wilson_high(k, n) as case when n > 0 then least(1,
    ((k / n) + 1.9207294 / n + 1.9599640 * sqrt((k / n) * (1 - k / n) / n + 0.9603647 / n / n)) / (1 + 3.8414588 / n)
) end;
create or replace temp macro change_low(k, n, k0, n0) as (k / n - k0 / n0) - sqrt(
    (k / n - wilson_low(k, n)) ** 2 + (wilson_high(k0, n0) - k0 / n0) ** 2
);
create or replace temp macro change_high(k, n, k0, n0) as (k / n - k0 / n0) + sqrt(
    (wilson_high(k, n) - k / n) ** 2 + (k0 / n0 - wilson_low(k0, n0)) ** 2
);
"""


def warehouse_folder() -> Path:
    """Return the warehouse folder: --warehouse, else WHYCALL_WAREHOUSE, else the demo's."""
    named = mo.cli_args().get("warehouse") or os.environ.get("WHYCALL_WAREHOUSE") or DEMO
    return Path(str(named))


def connect(folder: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open the published file read-only, by its versioned name, so that a later run does not change it under us."""
    path = (folder or warehouse_folder()) / "whycall.duckdb"
    if not path.exists():
        raise FileNotFoundError(f"nothing published in {path.parent}: run `whycall demo`, or give --warehouse DIR")
    con = duckdb.connect(str(path.resolve()), read_only=True)
    con.execute("set TimeZone = 'UTC'")
    con.execute(_MACROS)
    return con


def about(con: duckdb.DuckDBPyConnection) -> mo.Html:
    """Return one line about the run that built the warehouse."""
    run_id, version, as_of, zone = con.execute(
        "select run_id, whycall_version, as_of at time zone reporting_timezone, reporting_timezone from ops.run_context"
    ).fetchone()
    return mo.md(f"*As of {as_of:%d %b %Y, %H:%M} {zone}. Run {run_id}, whycall {version}.*")


def _places(table: pd.DataFrame, place: str, value: str) -> alt.Y:
    order = list(table.sort_values([value, place], ascending=[False, True])[place])
    return alt.Y(f"{place}:N", sort=order, title=None, axis=alt.Axis(labelLimit=280))


def interval_bars(table: pd.DataFrame, place: str, value: str, title: str, height: int = 22) -> alt.LayerChart:
    """Return bars with their 95 % intervals, largest first; the table has the columns ci_low and ci_high."""
    base = alt.Chart(table).encode(y=_places(table, place, value))
    axis = alt.X(f"{value}:Q", title=title, axis=alt.Axis(format="%"))
    bars = base.mark_bar(color=ACCENT, opacity=0.8).encode(x=axis, tooltip=list(table.columns))
    whiskers = base.mark_rule(color=INK, strokeWidth=1.5).encode(x="ci_low:Q", x2="ci_high:Q")
    return (bars + whiskers).properties(width=520, height=alt.Step(height))


def interval_points(
    table: pd.DataFrame, place: str, value: str, title: str, zero: float = 0.0, number: str = "%"
) -> alt.LayerChart:
    """Return points with their 95 % intervals beside a line at `zero`: an interval that leaves it out differs from it."""
    base = alt.Chart(table).encode(y=_places(table, place, value))
    rules = base.mark_rule(color=ACCENT, strokeWidth=3, opacity=0.5).encode(x="ci_low:Q", x2="ci_high:Q")
    points = base.mark_point(color=ACCENT, filled=True, size=70).encode(
        x=alt.X(f"{value}:Q", title=title, axis=alt.Axis(format=number)), tooltip=list(table.columns)
    )
    line = alt.Chart(pd.DataFrame({"x": [zero]})).mark_rule(color=SOFT, strokeDash=[4, 4]).encode(x="x:Q")
    return (line + rules + points).properties(width=520, height=alt.Step(24))


def weekly_bands(table: pd.DataFrame, series: str, title: str) -> alt.LayerChart:
    """Return lines over weeks with their 95 % intervals as bands; the table has week_start_date, value and interval."""
    base = alt.Chart(table).encode(x=alt.X("week_start_date:T", title=None), color=alt.Color(f"{series}:N", title=None))
    bands = base.mark_area(opacity=0.18).encode(y="ci_low:Q", y2="ci_high:Q")
    lines = base.mark_line(point=True).encode(
        y=alt.Y("value:Q", title=title, axis=alt.Axis(format="%"), scale=alt.Scale(zero=False)),
        tooltip=list(table.columns),
    )
    return (bands + lines).properties(width=620, height=260)
