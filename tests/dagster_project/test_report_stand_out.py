"""What stands out: the planted effect is found, chance and small cells are not."""

from dataclasses import replace

import duckdb
import pytest

from dagster_project.delivery.report import echoes, page, queries, standout
from dagster_project.delivery.report.cells import Cell, read_cells, reason_shares
from dagster_project.delivery.report.compare import Family, against_before, against_rest
from dagster_project.delivery.report.reasons import Reasons
from dagster_project.delivery.report.source import fetch
from dagster_project.delivery.report.stats import wilson
from tests.dagster_project import report_warehouse as shop


def cell(carrier="A", hits=60, trials=100, base_hits=240, base_trials=400):
    low, high = wilson(hits, trials)
    return Cell(
        "M-32", "carrier", "(all)", carrier, "(all)", "(all)", "(all)",
        numerator=hits, denominator=trials, value=hits / trials, ci_low=low, ci_high=high,
        maturity="final", is_rankable=trials >= 30, is_comparable=True, base_weeks=4,
        base_numerator=base_hits, base_denominator=base_trials,
        base_value=base_hits / base_trials, base_width=0.1,
    )  # fmt: skip


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    path = shop.build(tmp_path_factory.mktemp("standout") / "whycall.duckdb")
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def found(con, week):
    registry = {row["metric_id"]: row for row in fetch(con, queries.METRICS)}
    speaker = standout.Speaker(registry, Reasons(fetch(con, queries.REASON_CODES)))
    cells = read_cells(con, week, page.CELL_METRICS, page.CELL_SLICES)
    counts = read_cells(con, week, [page.CALLS_METRIC], page.REASON_SLICES)
    return standout.stand_out(cells, reason_shares(counts), speaker)


def test_the_late_carrier_is_named(con):
    result = found(con, shop.BAD_WEEK)
    changed = {(line.place, line.subject, line.is_up) for line in result.changed}
    assert ("Carrier Northway", "On-time rate", False) in changed
    assert ("Carrier Northway", "Calls about \N{LEFT DOUBLE QUOTATION MARK}Past promise"
            "\N{RIGHT DOUBLE QUOTATION MARK}", True) in changed  # fmt: skip
    assert result.changed[0].place == "Carrier Northway"
    assert result.differs[0].place == "Carrier Northway"
    assert {"On-time rate"} <= {line.subject for line in result.overall}


def test_a_lower_on_time_rate_is_worse(con):
    line = next(one for one in found(con, shop.BAD_WEEK).changed if one.subject == "On-time rate")
    assert line.tone == "bad"
    assert "down from" in line.against
    assert "95% interval" in line.basis


def test_a_quiet_week_is_almost_silent(con):
    quiet = shop.WEEKS[8]
    result = found(con, quiet)
    assert result.changed_tested > 50
    assert len(result.changed) + result.changed_hidden <= 2
    assert not any(line.subject == "On-time rate" for line in result.differs)


def test_small_and_unknown_cells_are_never_tested():
    bad = {"hits": 5, "base_hits": 400}
    assert against_before([cell(trials=29, **bad)]).tested == 0
    assert against_before([cell("unknown", **bad)]).tested == 0
    assert against_before([cell(base_trials=20, base_hits=20)]).tested == 0
    assert against_before([replace(cell(**bad), is_comparable=False)]).tested == 0
    assert len(against_before([cell(**bad)]).found) == 1


def test_one_bad_carrier_does_not_make_the_others_look_good():
    cells = [cell("A", hits=90), cell("B", hits=91), cell("C", hits=40)]
    family = against_rest(cells)
    assert family.tested == 3
    assert [one.cell.carrier for one in family.found] == ["C"]
    assert family.found[0].reference == pytest.approx(0.905)


def test_an_estimate_is_tested_by_its_intervals():
    estimate = replace(cell(), value=0.9, ci_low=0.86, ci_high=0.94)
    family = against_before([estimate])
    assert family.tested == 1
    assert family.found[0].reference == pytest.approx(0.6)


def test_a_mean_that_looks_like_a_share_is_tested_by_its_intervals():
    """Two minutes on average before, half a minute now: no number of hits could exceed its trials."""
    looks_like = replace(cell(hits=50), is_share=False, base_value=2.0)
    (comparison,) = against_before([looks_like]).found
    assert comparison.reference == 2.0


def test_the_whole_shop_is_tested_as_one_family():
    moved = replace(cell(hits=80), slice_by="all", carrier="(all)")
    still = [replace(moved, metric_id=f"M-9{i}", numerator=60, value=0.6) for i in range(5)]
    family = standout.overall_changes([moved, *still, cell(hits=20)])
    assert family.tested == 6
    assert [one.cell.metric_id for one in family.found] == ["M-32"]


def test_another_rung_of_the_ladder_is_not_a_line_of_its_own():
    moved = replace(cell(hits=80), slice_by="all", carrier="(all)")
    rungs = [replace(moved, metric_id=name) for name in ("M-01a", "M-01b", "M-04any")]
    family = standout.overall_changes(rungs)
    assert [one.cell.metric_id for one in echoes.spoken_once(family)] == ["M-01b", "M-04any"]


def test_a_carrier_in_a_region_is_not_said_twice():
    coarse = cell("A", hits=20)
    fine = replace(coarse, slice_by="carrier+region", region="North")
    other = replace(fine, carrier="B")
    family = against_before([coarse, fine, other])
    assert len(family.found) == 3
    assert [(one.cell.carrier, one.cell.region) for one in echoes.without_echo(family)] == [
        ("A", "(all)"), ("B", "North"),
    ]  # fmt: skip


def test_a_reason_without_calls_in_a_place_is_a_share_of_zero(con):
    counts = read_cells(con, shop.WEEK, [page.CALLS_METRIC], page.REASON_SLICES)
    shares = reason_shares(counts)
    tortoise = [one for one in shares if one.carrier == "Tortoise" and one.slice_by.startswith("carrier")]
    assert len(tortoise) == len({one.reason_code for one in shares})
    assert sum(one.value for one in tortoise) == pytest.approx(1.0)
    assert any(one.numerator == 0 and one.value == 0 for one in tortoise)


def test_direction_decides_the_tone():
    assert standout.tone("up", 0.1) == "good"
    assert standout.tone("down", 0.1) == "bad"
    assert standout.tone("none", 0.1) == "plain"
    assert standout.tone(None, 0.1) == "plain"


def test_a_reason_of_the_whole_shop_is_not_told_again_of_every_place():
    here = replace(cell("A", hits=80), metric_id="reason share", slice_by="carrier+reason_code", reason_code="X")
    whole = replace(here, slice_by="reason_code", carrier="(all)")
    family = against_before([here, whole, replace(here, carrier="B"), replace(here, carrier="C", reason_code="Y")])
    everywhere = [one for one in family.found if one.cell == whole]
    differs = Family([here], [one for one in family.found if one.cell == here])
    told = [one.cell.carrier for one in family.found if not echoes.said_of_all(one, everywhere, differs)]
    assert sorted(told) == ["A", "C"], "A differs from the others, C is about another reason"
