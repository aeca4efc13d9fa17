"""The planted effects of the sample shop can be seen in what it writes down and in the landed rows."""

import json

import duckdb
import pytest

from dagster_project.sample_shop import ShopFacts, generate_shop

CALLS = 12_000


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> ShopFacts:
    return generate_shop(tmp_path_factory.mktemp("effects"), CALLS, file_format="parquet")


@pytest.fixture(scope="module")
def effects(shop) -> dict[str, dict]:
    document = json.loads(shop.planted_effects.read_text())
    return {effect["id"]: effect for effect in document["effects"]}


def expectations() -> list[tuple[str, str]]:
    from dagster_project.sample_shop.settings import load_yaml

    return [
        (name, expected["metric"]) for name, effect in load_yaml("effects.yml").items() for expected in effect["expect"]
    ]


@pytest.mark.parametrize(("effect_id", "metric"), expectations())
def test_the_effect_is_as_large_as_expected(effects, effect_id, metric):
    effect = effects[effect_id]
    (expected,) = [e for e in effect["expect"] if e["metric"] == metric]
    cell = effect["measured"][metric]
    change = cell["inside"]["value"] - cell["outside"]["value"]
    if expected["direction"] == "down":
        change = -change
    assert change >= expected["at_least"]


def test_the_degraded_carrier_is_late_in_the_landed_shipments(shop, effects):
    effect = effects["carrier_degrades"]
    rows = duckdb.execute(
        f"""
        with shipped as (
            select distinct on (shipment_id) *
            from read_parquet('{shop.landing}/shipments/*.parquet')
            order by shipment_id, source_updated_at desc
        )

        select
            carrier = $carrier and region = $region as is_planted,
            avg((coalesce(first_attempt_at, 'infinity') > promise_original_at)::integer) as late_share
        from shipped
        where handover_at >= $first::date and promise_original_at < $end
        group by is_planted
        """,
        {**effect["where"], "first": effect["first_week_start_date"], "end": shop.end},
    ).fetchall()
    late = dict(rows)
    assert late[True] > 0.4
    assert late[False] < 0.2


def test_callers_left_without_an_answer_come_back_more(shop):
    rows = duckdb.sql(
        f"""
        with truth as (
            select * from read_parquet('{shop.truth}') where kind = 'contact'
        )

        select t.is_resolved_truth, avg((b.call_id is not null)::integer)
        from truth as t
        left join truth as b on b.returns_after_call_id = t.call_id
        group by all
        """
    ).fetchall()
    back = dict(rows)
    assert back[True] < 0.06
    assert back[False] > 0.30


def test_late_orders_make_people_call(shop):
    (late, on_time) = duckdb.sql(
        f"""
        with shipped as (
            select distinct on (shipment_id) *
            from read_parquet('{shop.landing}/shipments/*.parquet')
            order by shipment_id, source_updated_at desc
        ),

        about as (
            select true_order_id, count(*) as calls
            from read_parquet('{shop.truth}')
            where true_code = 'WISMO'
            group by true_order_id
        )

        select
            avg(coalesce(calls, 0)) filter (where delivered_at > promise_original_at),
            avg(coalesce(calls, 0)) filter (where delivered_at <= promise_original_at)
        from shipped
        left join about on shipped.order_id = about.true_order_id
        """
    ).fetchone()
    assert late > 4 * on_time


def test_most_reasons_are_spoken_and_phrasings_differ(shop):
    (codes,) = duckdb.sql(f"select count(distinct true_code) from read_parquet('{shop.truth}')").fetchone()
    assert codes == 48
    (texts, turns) = duckdb.sql(
        f"""
        select count(distinct text), count(*)
        from read_parquet('{shop.landing}/call_turns/*.parquet')
        where speaker = 'customer' and length(text) > 25
        """
    ).fetchone()
    assert texts / turns > 0.4
