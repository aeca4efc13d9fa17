"""Headline figures: the rows of marts.metric_weekly and nothing else."""

from datetime import date, timedelta

import duckdb
import pytest

from dagster_project.delivery.report import headline_figures, headline_markdown, report_week
from dagster_project.delivery.report.headline import headline_of
from tests.dagster_project import report_warehouse as shop


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    path = shop.build(tmp_path_factory.mktemp("headline") / "whycall.duckdb")
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def by_id(con, week=shop.WEEK):
    return {headline.metric_id: headline for headline in headline_figures(con, week)}


def test_values_are_the_published_rows(con):
    rows = con.execute(
        "select metric_id, value, ci_low, ci_high, numerator, denominator, maturity "
        "from marts.metric_weekly where slice_by = 'all' and week_start_date = ? and not list_contains(?, metric_id)",
        [shop.WEEK, list(shop.FURTHER)],
    ).fetchall()
    found = by_id(con)
    assert {row[0] for row in rows} == set(found)
    for metric_id, *figures in rows:
        one = found[metric_id]
        assert figures == [
            one.value, one.ci_low, one.ci_high, one.numerator, one.denominator, one.maturity,
        ]  # fmt: skip


def test_change_is_against_the_week_before(con):
    now, before = by_id(con), by_id(con, shop.WEEK - timedelta(days=7))
    for metric_id in ("M-01b", "M-10", "M-04"):
        one = now[metric_id]
        assert one.previous_value == before[metric_id].value
        assert one.change == pytest.approx(one.value - before[metric_id].value)


def test_clear_changes_are_told_from_chance(con):
    assert by_id(con, shop.BAD_WEEK)["M-32"].change_is_clear is True
    assert by_id(con)["M-32"].change_is_clear is False
    assert by_id(con)["M-12"].change_is_clear is None


def test_one_case_is_never_a_clear_change():
    metric = {"metric_id": "M-43", "metric_name": "Time", "unit": "minutes", "direction": "down", "kind": "duration"}
    row = {"value": 77.0, "ci_low": 77.0, "ci_high": 77.0, "is_comparable": True, "is_rankable": False}
    before = {**row, "value": 8.0, "ci_low": 7.0, "ci_high": 9.0, "is_rankable": True}
    weeks = {shop.WEEK: row, shop.WEEK - timedelta(days=7): before}
    assert headline_of(metric, weeks, shop.WEEK).change_is_clear is None
    weeks[shop.WEEK] = {**row, "is_rankable": True}
    assert headline_of(metric, weeks, shop.WEEK).change_is_clear is True


def test_a_young_figure_waits_and_says_so(con):
    one = by_id(con)["M-01c"]
    assert one.value is None
    assert one.texts()["value"] == "not available"
    assert "168 hours" in one.missing_because


def test_a_young_volume_is_not_compared(con):
    found = by_id(con, shop.WEEK + timedelta(days=7))
    assert found["M-12"].value is not None
    assert found["M-12"].change is None
    assert found["M-12"].texts()["change"] == "not comparable yet"


def test_estimates_that_allow_for_unfinished_cases_are_compared(con):
    found = by_id(con)
    assert found["M-13"].maturity == found["M-04"].maturity == "provisional"
    assert found["M-13"].change is not None
    assert found["M-04"].change is not None


def test_a_week_without_rows_has_no_values_and_no_zeros(con):
    for one in headline_figures(con, date(2020, 1, 6)):
        assert one.value is None
        assert one.change is None
        assert one.missing_because


@pytest.mark.requirement("SD050")
def test_what_calls_came_to_leads_and_their_number_is_a_denominator(con):
    figures = headline_figures(con)
    assert [one.metric_id for one in figures[:3]] == ["M-01b", "M-01a", "M-01c"], "containment comes first"
    kinds = [one.metric_kind for one in figures]
    assert "count" not in kinds[: len(kinds) // 2], "no volume among those that lead"
    for one in figures:
        assert one.value is None or one.denominator, f"{one.metric_id} is a number of cases and of nothing"


def test_rows_and_markdown_are_words(con):
    figures = headline_figures(con)
    assert all(len(one.as_row()) == 7 for one in figures)
    assert all(isinstance(cell, str) for one in figures for cell in one.as_row())
    lines = headline_markdown(figures).splitlines()
    assert len(lines) == len(figures) + 2
    assert {line.count("|") for line in lines} == {7}


def test_the_week_is_the_last_complete_one(con):
    assert report_week(con) == shop.WEEK
    assert report_week(con, shop.BAD_WEEK) == shop.BAD_WEEK
    with pytest.raises(ValueError, match="Monday"):
        report_week(con, date(2026, 8, 11))


@pytest.mark.parametrize(
    ("as_of", "week"),
    [
        ("2026-08-16 21:59:59+00", date(2026, 8, 3)),
        ("2026-08-16 22:00:00+00", date(2026, 8, 10)),
        ("2026-05-01 00:00:00+00", date(2026, 8, 17)),
    ],
)
def test_a_week_ends_in_the_reporting_time_zone(tmp_path, as_of, week):
    path = shop.build(tmp_path / "whycall.duckdb", as_of=as_of)
    with duckdb.connect(str(path), read_only=True) as connection:
        assert report_week(connection) == week
