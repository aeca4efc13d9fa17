"""Golden weeks: small shops whose figures were worked out by hand, built by the whole project."""

import math
from pathlib import Path

import pytest

from tests.dbt_project.dbt import build, cell, query
from tests.dbt_project.golden import WEEK_A, WEEK_B, WEEK_C, WEEK_D, quiet
from tests.dbt_project.world import World

Z = 1.959963984540054


def test_every_model_and_test_passes(golden_results: tuple[Path, list[tuple[str, str]]]) -> None:
    """The data tests, unit tests and contracts hold on the golden weeks."""
    bad = [node for node in golden_results[1] if node[1] not in ("success", "pass")]
    assert bad == []


@pytest.mark.parametrize(
    ("metric", "numerator", "denominator"),
    [
        ("M-01a", 2, 4),  # not the transfer, nor quiet-1, whose ticket now waits for a human
        ("M-01b", 1, 4),
        ("M-01c", 1, 4),
        ("M-04", 0, 4),
        ("M-06", 1, 4),
        ("M-07a", 3, 4),
        ("M-08", 2, 4),
    ],
)
def test_quiet_week(golden: Path, metric: str, numerator: int, denominator: int) -> None:
    """Four engaged calls; the test, the voicemail, the short and the silent call count nowhere."""
    row = cell(golden, metric, WEEK_A, source="quiet")
    assert (row["numerator"], row["denominator"]) == (numerator, denominator)
    assert row["value"] == pytest.approx(numerator / denominator)
    assert row["maturity"] == "final"


def test_wilson_interval(golden: Path) -> None:
    """2 of 4: the interval of Wilson is symmetric about one half, half-width z/2 * sqrt(1/(4+z^2))."""
    row = cell(golden, "M-08", WEEK_A, source="quiet")
    half = Z / 2 / math.sqrt(4 + Z * Z)
    assert row["ci_low"] == pytest.approx(0.5 - half)
    assert row["ci_high"] == pytest.approx(0.5 + half)
    assert not row["is_rankable"]


def test_handle_time(golden: Path) -> None:
    """Talk and hold of quiet-1 are 90 s, the other three lasted 120 s: mean 112.5, median 120."""
    row = cell(golden, "M-10", WEEK_A, source="quiet")
    assert row["value"] == pytest.approx(112.5)
    assert row["median"] == 120
    assert row["sd"] == pytest.approx(15)


@pytest.mark.requirement("SD003", "SD010", "SD036")
def test_dimensions_of_a_call(golden: Path) -> None:
    """Missing is 'unknown', no owner is 'ai', the owner is his team."""
    rows = query(
        golden,
        "select call_id, segment, owner, region, outcome, delivery_stage, reason_code"
        " from marts.fct_calls where call_id in ('quiet-1', 'quiet-4', 'quiet-5') order by call_id",
    )
    assert rows == [
        ("quiet-1", "vip", "ai", "north", "deferred_human", "unknown", "unknown"),
        ("quiet-4", "unknown", "returns desk", "unknown", "transferred_human", "unknown", "unknown"),
        ("quiet-5", "unknown", "ai", "unknown", "unknown", "unknown", "unknown"),
    ]


def test_repeat_across_the_edge_of_a_week(golden: Path) -> None:
    """The repeat belongs to the week of the first call; 168 h are a repeat, one second more is not."""
    first = cell(golden, "M-04", WEEK_A, source="edge")
    assert (first["numerator"], first["denominator"], first["maturity"]) == (2, 3, "final")
    second = cell(golden, "M-04", WEEK_B, source="edge")
    assert (second["numerator"], second["denominator"], second["maturity"]) == (0, 3, "final")


def test_escalation_after_containment(golden: Path) -> None:
    """Three of four calls look contained; an agent and a transfer within 168 h take two of them back."""
    functional = cell(golden, "M-01b", WEEK_A, source="later")
    assert (functional["numerator"], functional["denominator"]) == (3, 4)
    verified = cell(golden, "M-01c", WEEK_A, source="later")
    assert (verified["numerator"], verified["denominator"]) == (1, 4)
    flags = query(
        golden,
        "select call_id, is_contained_verified from marts.fct_calls where source = 'later' order by call_id",
    )
    assert flags == [("later-1", False), ("later-2", True), ("later-3", False), ("later-4", False)]


def test_week_without_calls_has_one_row_without_value(golden: Path) -> None:
    """Nobody calls in week C: a denominator of 0, no value, and no row in any slice."""
    row = cell(golden, "M-01a", WEEK_C)
    assert (row["numerator"], row["denominator"], row["value"], row["ci_low"]) == (0, 0, None, None)
    assert row["maturity"] == "final"
    rows = query(
        golden,
        "select count(*) from marts.metric_weekly where metric_id = 'M-01a' and week_start_date = ?",
        WEEK_C,
    )
    assert rows == [(1,)]


@pytest.mark.parametrize("metric", ["M-04", "M-04any"])
def test_unfinished_week_by_kaplan_and_meier(golden: Path, metric: str) -> None:
    """Durations 24 (repeat), 24, 60, 72 (repeat), 96: S = 4/5 * 1/2, where plain 2/5 would be low.

    At 24 h all five are at risk, the one censored then included; at 72 h two are. Greenwood's sum
    is 1/(5*4) + 1/(2*1) = 0.55.
    """
    row = cell(golden, metric, WEEK_D, source="unfinished")
    assert (row["numerator"], row["denominator"], row["maturity"]) == (2, 5, "provisional")
    assert row["value"] == pytest.approx(0.6)
    theta = Z * math.sqrt(0.55) / abs(math.log(0.4))
    assert row["ci_low"] == pytest.approx(1 - 0.4 ** math.exp(-theta))
    assert row["ci_high"] == pytest.approx(1 - 0.4 ** math.exp(theta))
    assert row["is_truncated"]


def test_unfinished_weeks_of_other_metrics(golden: Path) -> None:
    """Verified containment waits for its 168 h; a containment rate of a week that is over is final."""
    assert cell(golden, "M-01b", WEEK_D, source="unfinished")["maturity"] == "final"
    rows = query(
        golden,
        "select count(*) from marts.metric_weekly where metric_id = 'M-01c' and week_start_date = ?",
        WEEK_D,
    )
    assert rows == [(0,)]


@pytest.mark.requirement("SD011", "SD021")
def test_time_to_update_counts_those_who_wait(golden: Path) -> None:
    """Updates after 30 and 90 minutes and one that never came: the curve reaches 1/3 at 90."""
    row = cell(golden, "M-11", WEEK_A, source="news")
    assert (row["numerator"], row["denominator"]) == (2, 3)
    assert (row["value"], row["median"], row["p90"]) == (90, 90, None)


def test_contacts_per_order_of_young_orders(golden: Path) -> None:
    """At 24, 100 and 383 h three orders are observed, at 490 h one: 1/3 + 1/3 + 1/3 + 1 = 2, not 4/3."""
    row = cell(golden, "M-13", WEEK_B, segment="cohort")
    assert (row["numerator"], row["denominator"], row["maturity"]) == (4, 3, "provisional")
    assert row["value"] == pytest.approx(2.0)


def test_overdue_parcels_are_late(golden: Path) -> None:
    """On time to the second, a second late, never delivered; the promise after as_of is not due."""
    row = cell(golden, "M-32", WEEK_C, carrier="Post")
    assert (row["numerator"], row["denominator"]) == (1, 3)


@pytest.mark.requirement("SD007")
def test_exceptions_over_shipments_in_flight(golden: Path) -> None:
    """Of three parcels handed over on Sunday of week B, s2 and s3 pass their promise in week C.

    s3 was never scanned: on Sunday of week C it has been silent for seven days, a third exception.
    """
    row = cell(golden, "M-30", WEEK_C, carrier="Post")
    assert (row["numerator"], row["denominator"]) == (3, 3)
    assert query(
        golden,
        "select shipment_id, exception_type, opened_at::date::varchar"
        " from marts.fct_shipment_exceptions where carrier = 'Post' order by opened_at, shipment_id",
    ) == [
        ("s2", "past_promise", "2026-01-20"),
        ("s3", "past_promise", "2026-01-20"),
        ("s3", "stalled", "2026-01-25"),
        ("s3", "lost", "2026-01-28"),
    ]


def test_events_after_as_of_stay_out(golden: Path) -> None:
    """The later call, ticket and order are in no mart."""
    for table, column, value in (
        ("fct_calls", "call_id", "future-1"),
        ("fct_tickets", "ticket_id", "tf"),
        ("fct_orders", "order_id", "of"),
    ):
        assert query(golden, f"select * from marts.{table} where {column} = ?", value) == []


def test_late_data_restates_a_finished_week(tmp_path: Path, dbt_scratch: Path) -> None:
    """A call of week A that lands weeks later makes the call before it a repeated one."""
    path = tmp_path / "late.duckdb"
    world = World.create(path, "2026-02-02T00:00:00Z")
    quiet(world)
    world.close()
    build(path, dbt_scratch, "--exclude-resource-type", "test", "unit_test")
    assert cell(path, "M-04any", WEEK_A)["numerator"] == 0
    late = World(path)
    late.call("quiet-9", "2026-01-09T10:00:00", customer_id="q2", source_system="quiet")
    late.close()
    build(path, dbt_scratch, "--exclude-resource-type", "test", "unit_test")
    row = cell(path, "M-04any", WEEK_A)
    assert (row["numerator"], row["denominator"]) == (1, 5)


def test_weeks_begin_on_monday_of_the_reporting_time_zone(tmp_path: Path, dbt_scratch: Path) -> None:
    """Sunday 22:30 UTC is Monday 00:30 in Berlin in summer, Sunday 23:30 in winter."""
    path = tmp_path / "berlin.duckdb"
    world = World.create(path, "2026-08-03T00:00:00Z", "Europe/Berlin")
    world.call("summer", "2026-07-05T22:30:00", customer_id="b1")
    world.call("winter", "2026-01-11T22:30:00", customer_id="b2")
    world.close()
    build(path, dbt_scratch, "--exclude-resource-type", "test", "unit_test")
    rows = query(path, "select call_id, week_start_date::varchar from marts.fct_calls order by 1")
    assert rows == [("summer", "2026-07-06"), ("winter", "2026-01-05")]
    starts = query(path, "select starts_at::varchar from marts.dim_weeks where week_start_date = '2026-07-06'")
    assert starts == [("2026-07-05 22:00:00+00",)]


def test_a_landing_without_any_row_builds(tmp_path: Path, dbt_scratch: Path) -> None:
    """Every source may be absent: all models and data tests still hold, and there is no metric row."""
    path = tmp_path / "empty.duckdb"
    World.create(path, "2026-02-02T00:00:00Z").close()
    results = build(path, dbt_scratch, "--exclude-resource-type", "unit_test")
    assert [node for node in results if node[1] not in ("success", "pass")] == []
    assert query(path, "select count(*) from marts.metric_weekly") == [(0,)]
