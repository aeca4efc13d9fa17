"""The review tables find what the sample shop planted: the classifier's errors, and reviewers who slip."""

import csv

import duckdb
import pytest

from dagster_project.sample_shop.settings import load_yaml
from dagster_project.settings import DBT_PROJECT_DIR


@pytest.fixture(scope="module")
def con(published):
    con = duckdb.connect(str((published / "whycall.duckdb").resolve()), read_only=True)
    yield con
    con.close()


def test_the_shop_reviews_the_calls_that_the_warehouse_draws():
    with (DBT_PROJECT_DIR / "seeds" / "review_queue_rules.csv").open(newline="") as file:
        (rule,) = [row for row in csv.DictReader(file) if row["cause"] == "audit_sample"]
    assert float(rule["sampling_probability"]) == load_yaml("shop.yml")["reviews"]["drawn"]


def test_corrected_shares_are_nearer_to_the_truth_than_crude_ones(con, shop):
    crude, corrected, covered = con.execute(
        f"""
        with truth as (
            select
                calls.week_start_date,
                coalesce(truth.true_code, 'NO_REASON_STATED') as reason_code,
                count(*) as calls
            from read_parquet('{shop}/truth/call_reasons.parquet') as truth
            inner join marts.fct_calls as calls using (call_id)
            where calls.is_engaged_inbound
            group by all
        )

        select
            sum(abs(crude_share - coalesce(calls, 0) / count_calls_week)),
            sum(abs(corrected_share - coalesce(calls, 0) / count_calls_week)),
            avg((coalesce(calls, 0) / count_calls_week between ci_low - 1e-9 and ci_high + 1e-9)::integer)
        from marts.reason_shares_weekly
        left join truth using (week_start_date, reason_code)
        where corrected_share is not null
        """
    ).fetchone()
    # calls of every workflow have a truth and reviewers; measured 0.55 and 0.92
    assert corrected < 0.65 * crude
    assert covered > 0.85


def test_kappa_recovers_how_often_the_reviewers_slip(con):
    slips = [reviewer["slip"] for reviewer in load_yaml("shop.yml")["reviews"]["reviewers"]]
    # two readings agree when neither slipped; two equal slips are rare
    planted = (1 - sum(slips) / len(slips)) ** 2
    low, high = con.execute(
        "select ci_low, ci_high from marts.reviewer_agreement where reviewer_1 = '(all)'"
    ).fetchone()
    assert low < planted < high


def test_the_audited_precision_holds_the_true_one(con, shop):
    (truth,) = con.execute(
        f"""
        select avg((tags.code = truth.true_code)::integer)
        from read_parquet('{shop}/truth/call_reasons.parquet') as truth
        inner join marts.fct_calls as calls using (call_id)
        inner join raw.reason_tags as tags on tags.call_key = calls.call_key and tags.rank = 1
        where calls.is_engaged_inbound and tags.status = 'accepted' and truth.true_code is not null
        """
    ).fetchone()
    right, count = con.execute(
        "select sum(count_right), sum(count_audited) from marts.audited_precision_weekly where reason_code = '(all)'"
    ).fetchone()
    # reviewers slip in four of a hundred calls, and what they call wrong is then right
    assert abs(right / count - truth * 0.96) < 0.05
