"""How well the simulated agent of order support obeys the mandated rules is planted, and M-09a finds it."""

import duckdb
import pytest

from dagster_project.sample_shop.settings import load_yaml
from tests.recompute.intervals import wilson

PLANTED = load_yaml("effects.yml")["mandated_rules"]["strength"]


@pytest.fixture(scope="module")
def con(shop, published):
    con = duckdb.connect(str((published / "whycall.duckdb").resolve()), read_only=True)
    con.execute(f"create temp table truth as from read_parquet('{shop / 'truth' / 'mandated.parquet'}')")
    con.execute(
        "create temp table found as select call_id, reached_human, call_outcome from marts.fct_call_conduct "
        "where workflow = 'order_support' and meets_mandated_rule"
    )
    yield con
    con.close()


@pytest.mark.requirement("SD013", "SD016")
def test_the_rules_that_a_call_meets_are_those_the_shop_knows(con):
    """The classifier misreads some reasons, and contacts of other workflows count as earlier ones: nearly all."""
    both, only_shop, only_found = con.execute(
        "select count(*) filter (where truth.call_id is not null and found.call_id is not null), "
        "count(*) filter (where found.call_id is null), count(*) filter (where truth.call_id is null) "
        "from truth full join found using (call_id)"
    ).fetchone()
    assert both > 500
    assert only_shop < 0.05 * both
    assert only_found < 0.10 * both


@pytest.mark.requirement("SD013", "SD016", "SD046")
@pytest.mark.parametrize("is_low", [False, True], ids=["most rules", "low confidence alone"])
def test_each_compliance_is_within_the_interval(con, is_low):
    planted = PLANTED["low_confidence" if is_low else "obeyed"]
    reached, calls = con.execute(
        "select count(*) filter (where found.reached_human), count(*) from truth inner join found using (call_id) "
        "where (truth.rules = ['low_confidence_match']) = ? and not truth.is_broken_off",
        [is_low],
    ).fetchone()
    low, high = wilson(reached, calls)
    # 95 % intervals of one draw: half as wide again is what chance exceeds three times in a thousand
    margin = (high - low) / 4
    assert low - margin < planted < high + margin
    assert calls > 80


def test_nobody_else_calls_a_person_in(con):
    """A call that the shop means to reach a person does, and one it lets go does not."""
    differing, calls = con.execute(
        "select count(*) filter (where truth.is_obeyed <> found.reached_human), count(*) "
        "from truth inner join found using (call_id) where not truth.is_broken_off"
    ).fetchone()
    assert differing <= 0.01 * calls


@pytest.mark.requirement("SD013")
def test_the_published_recall_is_what_was_planted(con):
    """M-09a of the calls of order support: a mix of both compliances, less the calls that break off."""
    low, calls = con.execute(
        "select count(*) filter (where rules = ['low_confidence_match']), count(*) from truth"
    ).fetchone()
    planted = (low * PLANTED["low_confidence"] + (calls - low) * PLANTED["obeyed"]) / calls
    (found,) = con.execute("select avg(reached_human::integer) from found").fetchone()
    assert abs(found - planted) < 0.08
