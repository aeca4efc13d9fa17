"""Each blocking check can fail: a damaged build is told from a sound one."""

import duckdb
import pytest

from dagster_project.quality import SUITES, run_suites


@pytest.fixture
def build():
    con = duckdb.connect()
    con.execute(
        """
        create schema raw;
        create schema ops;
        create schema marts;
        create table ops.run_context as select timestamptz '2026-01-20' as as_of;
        create table ops.load_ledger as
        select 'calls' as source, 'calls/a.csv' as file, 10 as rows_read, 7 as rows_loaded,
            1 as rows_duplicate, 1 as rows_superseded, 1 as rows_quarantined;
        create table raw.all_calls as
        select i as call_key, timestamptz '2026-01-19' as started_at, 'x' as customer_id
        from range(7) as calls (i);
        create table raw.reason_tags as
        select call_key, 1 as rank, 'WISMO' as code, 0.9 as confidence, 'accepted' as status
        from raw.all_calls;
        create table marts.fct_calls as
        select call_key, date '2026-01-19' as week_start_date, 'resolved_assumed' as call_outcome
        from raw.all_calls;
        create table marts.metric_weekly as
        select 'M-01a' as metric_id, 'all' as slice_by, date '2026-01-19' as week_start_date,
            7 as denominator;
        create table marts.fct_outreach_attempts as
        select i as attempt_id, false as is_without_consent, false as is_after_opt_out
        from range(3) as attempts (i);
        """
    )
    yield con
    con.close()


def failed(con):
    return {item.name for item in run_suites(con) if not item.passed}


def test_a_sound_build_passes_but_for_the_many_quarantined_rows(build):
    assert failed(build) == {"few_rows_are_quarantined"}


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("update ops.load_ledger set rows_loaded = 8", "every_row_has_one_fate"),
        ("delete from raw.reason_tags where call_key = 3", "every_call_is_tagged"),
        ("update raw.reason_tags set confidence = 1.5", "confidence_at_most_one"),
        ("update raw.reason_tags set confidence = -0.5", "confidence_at_least_zero"),
        ("update raw.reason_tags set code = null", "accepted_tags_carry_a_code"),
        ("delete from marts.fct_calls where call_key = 3", "every_call_is_in_the_fact"),
        ("update marts.metric_weekly set denominator = 6", "published_denominators_equal_the_calls"),
        ("update raw.all_calls set started_at = '2026-01-01'", "calls_are_fresh"),
        ("update raw.all_calls set customer_id = null", "callers_are_matched"),
        ("update raw.reason_tags set status = 'abstained'", "abstained_share_is_usual"),
        ("update marts.fct_outreach_attempts set is_without_consent = attempt_id = 1", "no_contact_without_consent"),
        ("update marts.fct_outreach_attempts set is_after_opt_out = attempt_id = 1", "no_contact_after_an_opt_out"),
    ],
)
def test_each_check_finds_its_damage(build, damage, check):
    build.execute(damage)
    assert check in failed(build)


def test_check_names_are_unique():
    names = [check.name for suite in SUITES for check in suite.checks]
    assert len(names) == len(set(names))
