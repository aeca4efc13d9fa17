"""ops_feedback names what is planted in the sample shop, and its figures agree with a count by hand."""

import json
import math
from collections import defaultdict
from datetime import timedelta

import duckdb
import pytest

from tests.recompute.intervals import wilson


@pytest.fixture(scope="module")
def effects(shop) -> dict[str, dict]:
    planted = json.loads((shop / "planted_effects.json").read_text())
    return {item["id"]: item for item in planted["effects"]}


@pytest.fixture(scope="module")
def con(published):
    con = duckdb.connect(str((published / "whycall.duckdb").resolve()), read_only=True)
    con.execute("set timezone = 'UTC'")
    yield con
    con.close()


def rows(con, condition: str, *parameters) -> list[dict]:
    result = con.execute(
        f"select * from marts.ops_feedback where {condition} order by week_start_date", list(parameters)
    )
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def most_excess(con, condition: str, first: str, last: str) -> tuple[str, str]:
    """The party and reason with most calls above what the weeks before would have brought."""
    return con.execute(
        f"select party, reason_code from marts.ops_feedback where {condition} "
        f"and week_start_date between '{first}' and '{last}' "
        "group by party, reason_code order by sum(excess_volume) desc limit 1"
    ).fetchone()


@pytest.mark.requirement("SD014", "SD029", "SD052")
def test_the_payment_outage_goes_to_payments_and_is_real_in_its_week_only(con, effects):
    effect = effects["payment_outage"]
    risen = rows(con, "reason_code = 'PAY.CHECKOUT.PAYMENT_FAILED' and is_real and change > 0")
    assert [str(row["week_start_date"]) for row in risen] == [effect["first_week_start_date"]]
    (row,) = risen
    assert row["owner"] == "payments"
    assert row["rate"] > row["control_high"]
    assert row["q_value"] <= 0.1
    assert row["rate_part"] > 0.5 * row["change"]
    assert row["cost"] == pytest.approx(row["handle_minutes"] * 0.8 + row["tickets"] * 6, abs=0.01)


@pytest.mark.requirement("SD022", "SD029", "SD165")
def test_the_degraded_carrier_is_named_in_its_region(con, effects):
    effect = effects["carrier_degrades"]
    party, code = most_excess(
        con,
        "owner = 'carrier' and party_level = 'carrier+region'",
        effect["first_week_start_date"],
        effect["last_week_start_date"],
    )
    assert party == f"{effect['where']['carrier']} / {effect['where']['region']}"
    assert code.startswith("DEL.LATE.")


@pytest.mark.requirement("SD028", "SD029", "SD165")
def test_the_mispicks_are_named_by_warehouse_and_category(con, effects):
    effect = effects["mispicks"]
    party, code = most_excess(
        con,
        "owner = 'warehouse' and party_level = 'warehouse+product_category'",
        effect["first_week_start_date"],
        effect["last_week_start_date"],
    )
    assert party == f"{effect['where']['warehouse']} / {effect['where']['product_category']}"
    assert code == "FUL.ACCURACY.WRONG_ITEM"


@pytest.mark.requirement("SD014")
def test_owners_answer_and_the_fix_shows(con, effects):
    fixed = rows(con, "feedback_id = 'payments|all|all|PAY.CHECKOUT.PAYMENT_FAILED'")[-1]
    assert fixed["state"] == "fixed"
    assert fixed["acknowledged_at"] < fixed["fixed_at"]
    assert fixed["effect_high"] < 0
    # by hand: the calls of the outage against those of the four weeks after it
    end = fixed["fixed_at"]
    counted = con.execute(
        "select count(*), count(*) filter (reason_code = 'PAY.CHECKOUT.PAYMENT_FAILED') from marts.fct_calls "
        "where is_engaged_inbound and started_at >= ? and started_at < ?",
        [end, end + timedelta(weeks=4)],
    ).fetchone()
    assert fixed["effect_calls_after"] == counted[0]
    assert fixed["effect_rate_after"] == pytest.approx(counted[1] / counted[0])
    assert str(fixed["effect_from_at"].date()) == effects["payment_outage"]["first_week_start_date"]
    mispicks = rows(con, "feedback_id like '%WH-EAST / Footwear|FUL.ACCURACY.WRONG_ITEM'")[-1]
    assert mispicks["state"] == "acknowledged"
    assert mispicks["effect"] is None


@pytest.mark.requirement("SD004", "SD052")
def test_a_sale_is_marked_where_it_makes_people_call(con, effects):
    effect = effects["spring_sale"]
    risen = rows(con, "reason_code = 'PRO.CODE.PROMO_CODE_FAILS' and is_real and change > 0")
    assert [(str(row["week_start_date"]), row["calendar_events"]) for row in risen] == [
        (effect["first_week_start_date"], "Spring sale")
    ]
    (others,) = con.execute(
        "select count(*) from marts.ops_feedback where (calendar_events is not null) <> (week_start_date = ?)",
        [effect["first_week_start_date"]],
    ).fetchone()
    assert others == 0


@pytest.mark.requirement("SD014", "SD165")
def test_closed_loops_and_fixes_that_worked(con):
    """M-31f and M-31v count the items of ops_feedback, each once, in the week of its first real rise."""
    items = {row["feedback_id"]: row for row in rows(con, "first_risen_week is not null")}
    closed = sum(row["state"] in ("fixed", "dismissed") for row in items.values())
    judged = [row for row in items.values() if row["state"] == "fixed" and row["is_effect_final"]]
    worked = sum(row["effect_high"] < 0 for row in judged)
    published = {
        metric: (numerator, denominator)
        for metric, numerator, denominator in con.execute(
            "select metric_id, sum(numerator), sum(denominator) from marts.metric_weekly "
            "where metric_id in ('M-31f', 'M-31v') and slice_by = 'all' group by metric_id"
        ).fetchall()
    }
    assert closed >= 1
    assert published["M-31f"] == (closed, len(items))
    assert published.get("M-31v", (0, 0)) == (worked, len(judged))
    # the outage was mended at its end, and the calls about it ceased
    outage = items["payments|all|all|PAY.CHECKOUT.PAYMENT_FAILED"]
    assert outage["state"] == "fixed"


@pytest.mark.requirement("SD005", "SD014", "SD052")
def test_figures_agree_with_a_count_by_hand(con):
    calls = con.execute(
        "select week_start_date, reason_code, carrier, region, handle_seconds, segment, product_category "
        "from marts.fct_calls where is_engaged_inbound and carrier <> 'unknown' and region <> 'unknown'"
    ).fetchall()
    volume, total, minutes = defaultdict(int), defaultdict(int), defaultdict(float)
    for week, code, carrier, region, seconds, _, _ in calls:
        party = f"{carrier} / {region}"
        total[week, party] += 1
        volume[week, party, code] += 1
        minutes[week, party, code] += (seconds or 0) / 60
    sales = {
        week
        for (week,) in con.execute(
            "select week_start_date from marts.dim_weeks where calendar_events is not null"
        ).fetchall()
    }
    assert sales
    items = rows(con, "party_level = 'carrier+region'")
    assert len(items) > 50
    for row in items:
        week, party, code = row["week_start_date"], row["party"], row["reason_code"]
        # a sale is no ordinary week to compare with
        before = {week - timedelta(weeks=back) for back in range(1, 13)} - sales
        n0, x0 = sum(total[day, party] for day in before), sum(volume[day, party, code] for day in before)
        assert (row["volume"], row["calls"]) == (volume[week, party, code], total[week, party])
        assert row["rate_before"] == (pytest.approx(x0 / n0) if n0 else None)
        assert (row["ci_low"], row["ci_high"]) == pytest.approx(wilson(row["volume"], row["calls"]))
        assert row["handle_minutes"] == pytest.approx(minutes[week, party, code], abs=1e-4)
        assert row["weeks_before"] == sum(total[day, party] > 0 for day in before)


@pytest.mark.requirement("SD052")
def test_chance_and_false_discoveries_by_hand(con):
    """The p-value by the error function, Benjamini and Hochberg over everything that was judged in the week."""
    found = con.execute(
        "select week_start_date, distance, p_value, q_value from intermediate.int_feedback_weeks "
        "where p_value is not null"
    ).fetchall()
    assert len(found) > 300
    weeks = defaultdict(list)
    for week, distance, p_value, q_value in found:
        assert p_value == pytest.approx(math.erfc(abs(distance) / math.sqrt(2)), abs=1e-6)
        weeks[week].append((p_value, q_value))
    for pairs in weeks.values():
        ordered, least = sorted(pairs), 1.0
        for place in range(len(ordered), 0, -1):
            p_value, q_value = ordered[place - 1]
            least = min(least, p_value * len(ordered) / place)
            assert q_value == pytest.approx(least)


@pytest.mark.requirement("SD029", "SD031")
def test_three_examples_with_words_and_nobody_named(con):
    found = rows(con, "volume >= 3")
    assert len(found) > 100
    for row in found:
        examples = [row[f"example_{number}_call_id"] for number in (1, 2, 3)]
        assert len(set(examples)) == 3
        assert all(example.startswith("call_") for example in examples)
        for number in (1, 2, 3):
            words = row[f"example_{number}_evidence"] or ""
            assert "@" not in words
            assert sum(sign.isdigit() for sign in words) < 8
    of_reason = con.execute(
        "select count(*) from marts.ops_feedback o join marts.fct_calls c on c.call_id = o.example_1_call_id "
        "where c.reason_code <> o.reason_code or c.week_start_date <> o.week_start_date"
    ).fetchone()
    assert of_reason == (0,)
