"""The figures on the pages are the warehouse's: read back from the HTML and compared number by number."""

import re
from datetime import date
from html import unescape

import duckdb
import pytest

from dagster_project.delivery.report import extras, feedback, report_week, write_weekly_report
from tests.dagster_project import report_warehouse as shop

CARD = re.compile(r'<article class="card[^"]*" aria-labelledby="m-([^"]+)">(.*?)</article>', re.S)
VALUE = re.compile(r'<p class="value">(.*?)</p>', re.S)
INTERVAL = re.compile(r"95% interval </span>([^<]+)<")
UNITS = {"s": 1, "min": 60, "h": 3600, "days": 86400}
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600}
# how far a printed figure may lie from the true one: half of its last place
SHARE = 0.0005 + 1e-9


def number(text: str) -> float:
    """Read a printed figure: a percentage, points, a time in seconds, or a plain number."""
    text = unescape(text).replace("\xa0", " ").replace(",", "").replace("\N{MINUS SIGN}", "-").strip()
    text = re.sub(r"^at least ", "", text)
    if text == "no change":
        return 0.0
    if text.endswith("%"):
        return float(text[:-1]) / 100
    if text.endswith(" points"):
        return float(text[:-7]) / 100
    times = re.findall(r"([\d.]+) (s|min|h|days)\b", text)
    sign = -1 if text.startswith("-") else 1
    return sign * sum(float(size) * UNITS[unit] for size, unit in times) if times else float(text)


def is_close(printed: float, true: float, unit: str) -> bool:
    if "share" in unit:
        return abs(printed - true) <= SHARE
    if unit in SECONDS:
        seconds = true * SECONDS[unit]
        return abs(printed - seconds) <= max(0.5, 0.03 * abs(seconds))
    return abs(printed - true) <= max(0.005, 0.006 * abs(true)) or printed == round(true)


def cards_of(pages: list[str]) -> list[tuple[str, str]]:
    return [(metric_id, body) for page in pages for metric_id, body in CARD.findall(page)]


def compare(con: duckdb.DuckDBPyConnection, pages: list[str], week: date) -> set[str]:
    """Compare every card with its row; return the metrics compared."""
    rows = {
        row[0]: row[1:]
        for row in con.execute(
            """
            select metric_id, value, ci_low, ci_high, maturity, unit
            from marts.metric_weekly inner join marts.dim_metrics using (metric_id, metric_version)
            where slice_by = 'all' and week_start_date = ?
            """,
            [week],
        ).fetchall()
    }
    for metric_id, body in cards_of(pages):
        value, low, high, maturity, unit = rows.get(metric_id, (None, None, None, None, ""))
        printed = VALUE.search(body)
        if value is None:
            assert printed is None, metric_id
            assert "not available" in body
            continue
        text = re.sub(r"<.*", "", printed[1]).strip()
        assert is_close(number(text), value, unit), (metric_id, text, value)
        assert ("provisional</span>" in printed[1]) == (maturity == "provisional"), metric_id
        interval = INTERVAL.search(body)
        if interval and interval[1].strip().endswith(" or more"):
            assert high is None, metric_id
            assert is_close(number(interval[1].strip()[:-8]), low, unit), (metric_id, interval[1], low)
        elif interval:
            ends = re.split(" *\N{EN DASH} *| to ", unescape(interval[1]).strip())
            ends[0] += "%" if ends[1].endswith("%") else ""
            assert is_close(number(ends[0]), low, unit), (metric_id, ends, low)
            assert is_close(number(ends[1]), high, unit), (metric_id, ends, high)
        else:
            assert low is None, metric_id
    return {metric_id for metric_id, _ in cards_of(pages)}


def test_every_card_shows_its_row(tmp_path):
    with duckdb.connect(str(shop.build(tmp_path / "w.duckdb")), read_only=True) as con:
        write_weekly_report(con, tmp_path)
        pages = [page.read_text() for page in tmp_path.glob("weekly_*.html") if "email" not in page.name]
        assert len(pages) == 7
        assert compare(con, pages, shop.WEEK) == (shop.RATES | shop.OTHERS | {"M-20": 0}).keys()


def test_a_wrong_figure_would_be_seen(tmp_path):
    with duckdb.connect(str(shop.build(tmp_path / "w.duckdb")), read_only=True) as con:
        page = write_weekly_report(con, tmp_path).read_text()
        body = dict(cards_of([page]))["M-32"]
        text = VALUE.search(body)[1]
        wrong = page.replace(text, f"{number(text) * 100 + 0.2:.1f}%")
        with pytest.raises(AssertionError, match="M-32"):
            compare(con, [wrong], shop.WEEK)


@pytest.mark.requirement("SD054")
def test_the_pages_of_the_demo_show_what_is_published(published):
    with duckdb.connect(str((published / "whycall.duckdb").resolve()), read_only=True) as con:
        week = report_week(con)
        names = sorted((published / "reports").glob(f"weekly_{week}*.html"))
        pages = [page.read_text() for page in names if "email" not in page.name]
        registry = {row[0] for row in con.execute("select metric_id from marts.dim_metrics").fetchall()}
        rules = {row[0] for row in con.execute("select metric_id from marts.dim_metrics where must_be_zero").fetchall()}
        known = {
            row[0]
            for row in con.execute(
                "select distinct metric_id from marts.metric_weekly where slice_by = 'all' and denominator > 0 "
                "and week_start_date between ?::date - 77 and ?",
                [week, week],
            ).fetchall()
        }
        compared = compare(con, pages, week)
    assert known - rules <= compared <= registry, "every metric that has had a case has its card"
    assert len(pages) == 7


def test_every_table_that_a_page_shows_is_there(published):
    """A table whose columns are gone would vanish from the page without a word."""
    with duckdb.connect(str((published / "whycall.duckdb").resolve()), read_only=True) as con:
        rows = con.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'marts'"
        )
        known: dict[str, set[str]] = {}
        for table, column in rows.fetchall():
            known.setdefault(table, set()).add(column)
    for extra in [*sum(extras.EXTRAS.values(), ()), extras.LAUNCH]:
        assert extras.needed_columns(extra) <= known[extra.table], extra.table
    assert known["ops_feedback"] >= feedback.NEEDED


def test_vendors_definitions_stand_with_their_last_week_that_is_over(published):
    """Each vendor's window ends on another day; names and addresses stand as they are."""
    with duckdb.connect(str((published / "whycall.duckdb").resolve()), read_only=True) as con:
        week = report_week(con)
        rows = con.execute(
            "select vendor, vendor_metric, source_url, max(week_start_date)::varchar from marts.definition_lab_weekly "
            "where vendor <> 'whycall' and value is not null and week_start_date <= ? group by all",
            [week],
        ).fetchall()
    page = unescape((published / "reports" / f"weekly_{week}_order_support.html").read_text())
    assert len(rows) == 6
    shown = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    for row in rows:
        assert any(all(text in line for text in row) for line in shown), row
