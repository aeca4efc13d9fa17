"""The published figures find what the sample shop planted about order exceptions, carriers and messages."""

import json

import duckdb
import pytest

from dagster_project.sample_shop.settings import load_yaml


@pytest.fixture(scope="module")
def con(published, shop):
    con = duckdb.connect(str((published / "whycall.duckdb").resolve()), read_only=True)
    for name in ("order_exceptions", "notices"):
        con.execute(f"create temp view {name}_truth as select * from '{shop}/truth/{name}.parquet'")
    yield con
    con.close()


@pytest.fixture(scope="module")
def planted() -> dict:
    return load_yaml("workflows/exceptions.yml")


def one(con, sql: str) -> float:
    return con.execute(sql).fetchone()[0]


@pytest.mark.requirement("SD165")
def test_a_carrier_that_looks_bad_for_its_lanes_is_cleared(con, shop):
    effect = {e["id"]: e for e in json.loads((shop / "planted_effects.json").read_text())["effects"]}["hard_lane"]
    assert effect["where"] == {"region": "Mountain"}
    rows = con.execute(
        "select subject, crude_ratio, adjusted_ratio, standing, is_simpson from marts.delivery_scorecards_weekly "
        "where scope = 'carrier' and period = '13 weeks' "
        "and week_start_date = (select max(week_start_date) from marts.delivery_scorecards_weekly where is_final)"
    ).fetchall()
    by_name = {row[0]: row[1:] for row in rows}
    assert [name for name, row in by_name.items() if row[3]] == ["Trailhead"]
    crude, adjusted, standing, _ = by_name["Trailhead"]
    assert crude > 1.15
    assert adjusted < 1.05
    assert not standing.startswith("worse")
    # the carrier that really is late stays late
    assert by_name["SwiftParcel"][2].startswith("worse")


@pytest.mark.requirement("SD165")
def test_expected_lates_add_up_to_the_lates_of_all(con):
    rows = con.execute(
        "select sum(lates), sum(expected_lates) from marts.delivery_scorecards_weekly "
        "group by scope, period, week_start_date"
    ).fetchall()
    assert len(rows) > 20
    for lates, expected in rows:
        assert lates == pytest.approx(expected, abs=1e-4)


@pytest.mark.requirement("SD146", "SD150")
def test_detection_before_the_breach_is_recovered(con, planted):
    wrong = one(
        con,
        "select count(*) from marts.fct_order_exceptions as e inner join order_exceptions_truth as t "
        "using (exception_id) where e.is_before_breach is distinct from t.is_before_breach",
    )
    assert wrong == 0
    counts = "select count(*) from marts.fct_order_exceptions"
    assert one(con, counts) == one(con, "select count(*) from order_exceptions_truth")
    share = one(
        con,
        "select avg(e.is_before_breach::integer) from marts.fct_order_exceptions as e "
        "inner join order_exceptions_truth as t using (exception_id) where t.problem = 'lateness' and t.opening = 0",
    )
    assert share == pytest.approx(planted["before_breach"], abs=0.08)


@pytest.mark.requirement("SD154", "SD163")
def test_packets_hold_what_was_known_when_they_were_complete(con):
    """Order, shipment, notes and promise; the scans are those of the order's parcels by then, and no later one."""
    wrong = one(
        con,
        """
        with by_hand as (
            select packets.exception_id, count(scans.scan_id) as scans
            from marts.fct_exception_packets as packets
            left join staging.stg_shipments as shipments
                on packets.order_id = shipments.order_id
                and coalesce(packets.shipment_id, shipments.shipment_id) = shipments.shipment_id
            left join staging.stg_shipment_scans as scans
                on shipments.shipment_key = scans.shipment_key and scans.scanned_at <= packets.known_at
            group by packets.exception_id
        )
        select count(*) from marts.fct_exception_packets as packets inner join by_hand using (exception_id)
        where packets.count_scans <> scans or len(string_split(packets.scan_ids, ',')) <> scans
            or not (packets.has_order and packets.has_shipment_state and packets.has_promise)
            or (packets.exception_type in ('short_pick', 'backorder') and not packets.has_notes)
        """,
    )
    assert wrong == 0
    assert one(con, "select count(*) from marts.fct_exception_packets where count_scans > 3") > 50
    assert one(con, "select count(*) from marts.fct_exception_packets where not has_notes") > 0


@pytest.mark.requirement("SD151")
def test_noise_is_recovered(con):
    share = "select count(*) filter (where is_noise) from marts.fct_order_exceptions where is_matured"
    truth = (
        "select count(*) from order_exceptions_truth as t "
        "inner join marts.fct_order_exceptions as e using (exception_id) "
        "where t.problem = 'noise' and e.is_matured"
    )
    assert one(con, share) >= one(con, truth) > 0


@pytest.mark.requirement("SD145", "SD168")
def test_repeated_messages_are_found(con):
    assert one(con, "select count(*) from notices_truth where role = 'repeated'") > 10
    missed = (
        "select count(*) from notices_truth as t left join marts.fct_messages as m using (message_id) "
        "where t.role = 'repeated' and not coalesce(m.is_duplicate, false)"
    )
    assert one(con, missed) == 0
    channels = con.execute(
        "select t.role, m.channel from notices_truth as t inner join marts.fct_messages as m using (message_id) "
        "where t.role in ('first', 'repeated') group by all order by all"
    ).fetchall()
    assert channels == [("first", "email"), ("repeated", "sms")]


@pytest.mark.requirement("SD168")
def test_contradicting_messages_are_found_and_no_others(con):
    assert one(con, "select count(*) from notices_truth where role = 'contradicting'") > 10
    differing = (
        "select count(*) from marts.fct_messages as m "
        "full join (select * from notices_truth where role = 'contradicting') as t using (message_id) "
        " where coalesce(m.is_contradictory, false) <> (t.role is not null)"
    )
    assert one(con, differing) == 0


@pytest.mark.requirement("SD156")
def test_duplicate_investigations_are_found_and_no_others(con):
    found = {
        row[0]
        for row in con.execute(
            "select order_id from intermediate.int_investigation_groups where is_investigated_twice"
        ).fetchall()
    }
    # an investigation that lies after the end of the shop's data is not known yet
    planted = {
        row[0]
        for row in con.execute(
            "select t.order_id from order_exceptions_truth as t "
            "inner join marts.fct_exception_actions as a using (exception_id) "
            "where t.is_opened_again and a.step = 'investigated' group by t.order_id having count(*) > 1"
        ).fetchall()
    }
    assert len(planted) > 10
    assert found == planted


@pytest.mark.requirement("SD144", "SD147", "SD155", "SD163")
def test_shares_of_handling_are_recovered(con, planted):
    def rate(metric: str) -> float:
        return one(
            con,
            "select sum(numerator) / sum(denominator) from marts.metric_weekly "
            f"where metric_id = '{metric}' and slice_by = 'all' and maturity = 'final'",
        )

    assert rate("M-45e") == pytest.approx(1 - planted["unproven"], abs=0.03)
    assert rate("M-45p") == pytest.approx(planted["packet"], abs=0.03)
    assert 1 - rate("M-45m") == pytest.approx(planted["unfitting"] / 2, abs=0.03)
    # each step is drawn on its own, and what was flagged for nothing gets no action; three standard errors each way
    steps = planted["packet"] * planted["action"] * planted["written_back"] * planted["owned"]
    noise = one(con, "select avg((problem = 'noise')::integer) from order_exceptions_truth")
    cases = one(con, "select count(*) from order_exceptions_truth")
    expected = steps * (1 - noise)
    assert rate("M-45") == pytest.approx(expected, abs=3 * (expected * (1 - expected) / cases) ** 0.5)


@pytest.mark.requirement("SD152")
def test_lateness_of_the_degraded_carrier_is_its_own(con, shop):
    effect = {e["id"]: e for e in json.loads((shop / "planted_effects.json").read_text())["effects"]}[
        "carrier_degrades"
    ]
    where = effect["where"]
    share = (
        "select avg((late_attributed_to = 'carrier')::integer) from marts.fct_shipments where not is_on_time "
        f"and carrier = '{where['carrier']}' and region = '{where['region']}' and promise_week_start_date "
        f"between '{effect['first_week_start_date']}' and '{effect['last_week_start_date']}'"
    )
    assert one(con, share) > 0.75


@pytest.mark.requirement("SD165")
def test_addresses_of_the_bad_region_lead_its_verified_causes(con):
    rows = con.execute(
        "select region, sum(count_with_cause) / sum(count_shipments) from marts.delivery_causes_weekly "
        "where cause = 'address' and carrier = '(all)' and region <> '(all)' and maturity = 'final' "
        "group by region order by 2 desc"
    ).fetchall()
    assert rows[0][0] == "Southwest"
    assert rows[0][1] > 3 * rows[1][1]
