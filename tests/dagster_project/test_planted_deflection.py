"""M-07b finds the tickets that people opened before the launch and the agent does without."""

import math

import duckdb
import pytest

pytestmark = pytest.mark.requirement("SD007")
WEEKS = "from marts.ticket_deflection_weekly where slice_by = 'all' and maturity = 'final'"


@pytest.fixture(scope="module")
def con(published, shop):
    con = duckdb.connect(str((published / "whycall.duckdb").resolve()), read_only=True)
    con.execute("set timezone = 'UTC'")
    con.execute(f"create temp table truth as from read_parquet('{shop}/truth/launch_calls.parquet')")
    yield con
    con.close()


@pytest.fixture(scope="module")
def planted(con) -> float:
    """Of the tickets that people would have made of the calls since the launch, the share that was not made."""
    made, expected = con.execute(
        "select sum(has_own_ticket::integer), sum((has_own_ticket or people_make_ticket)::integer) "
        "from truth where not is_before_launch"
    ).fetchone()
    assert 1 - made / expected > 0.6
    return 1 - made / expected


def test_the_planted_deflection_is_recovered(con, planted):
    observed, expected, before = con.execute(
        f"select sum(count_tickets_compared), sum(expected_tickets), max(count_baseline_tickets) {WEEKS}"
    ).fetchone()
    assert before >= 40
    # all weeks together: the chance of the counts of both sides, on the logarithm
    reach = 1.96 * math.sqrt(1 / observed + 1 / before)
    low, high = (1 - observed / float(expected) * math.exp(sign * reach) for sign in (1, -1))
    assert low < planted < high
    assert abs(1 - observed / float(expected) - planted) < 0.15


def test_the_intervals_of_most_weeks_hold_it(con, planted):
    weeks = con.execute(f"select ci_low, ci_high, mix_coverage {WEEKS}").fetchall()
    assert len(weeks) >= 7
    assert sum(low <= planted <= high for low, high, _ in weeks) >= 0.75 * len(weeks)
    assert all(coverage > 0.6 for *_, coverage in weeks)


def test_only_the_launch_with_weeks_before_it_has_a_figure(con):
    """Shopify was live from the first call on: nothing rather than a comparison with nothing."""
    sources = con.execute(
        "select distinct source from marts.metric_weekly where metric_id = 'M-07b' and slice_by = 'source'"
    ).fetchall()
    assert sources == [("woocommerce",)]
    (first,) = con.execute("select min(week_start_date) from marts.metric_weekly where metric_id = 'M-07b'").fetchone()
    (live,) = con.execute(
        "select cast(go_live_at as date) from intermediate.int_launch_scopes where source_key = 'woocommerce'"
    ).fetchone()
    assert first == live
