"""Themes of the warehouse: by week of the reporting time zone, and only what is new is looked at."""

import duckdb
import pytest

from dagster_project import themes


@pytest.fixture
def con():
    """Three weeks of calls; of every ten one is abstained, and in the last week all of these ask for gift wrap."""
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    con.execute(
        """
        create schema raw;
        create schema ops;
        create table ops.run_context as
        select timestamptz '2026-02-02 00:00:00+00' as as_of, 'UTC' as reporting_timezone;
        create table raw.all_calls as
        select
            'c' || i as call_id,
            (md5_number_lower('c' || i) >> 1)::bigint as call_key,
            timestamptz '2026-01-12 00:00:00+00' + to_minutes(i * 50) as started_at,
            false as is_test
        from range(700) as calls (i);
        create table raw.reason_tags as
        select
            call_id,
            call_key,
            1 as rank,
            case when call_id like '%7' then 'abstained' else 'accepted' end as status,
            2 as span_turn_no,
            md5(call_id) as input_hash
        from raw.all_calls;
        create table raw.all_call_turns as
        select
            call_id,
            call_key,
            turn_no,
            case
                when turn_no = 1 then 'hello'
                when started_at >= timestamptz '2026-01-26 00:00:00+00' then 'can you do gift wrapping for a birthday'
                when call_key % 2 = 0 then 'I saw a job opening at your office'
                else 'the music while waiting is loud'
            end as text
        from raw.all_calls cross join range(1, 3) as turns (turn_no);
        """
    )
    yield con
    con.close()


def test_the_new_theme_of_the_last_week_is_there(con):
    result = themes.write_themes(con)
    assert (result.weeks_looked_at, result.weeks_kept) == (3, 0)
    rows = con.execute(
        "select theme_name, count_now, count_before, q_value, example_texts from raw.emerging_themes "
        "where week_start_date = '2026-01-26'"
    ).fetchall()
    (gift,) = [row for row in rows if "gift" in row[0]]
    assert gift[1] == 20
    assert gift[2] == 0
    assert gift[3] < 0.01
    assert gift[4] == ["can you do gift wrapping for a birthday"] * 3


def test_weeks_that_did_not_change_are_kept(con):
    themes.write_themes(con)
    before = con.execute("from raw.emerging_themes order by all").fetchall()
    again = themes.write_themes(con)
    assert (again.weeks_looked_at, again.weeks_kept) == (0, 3)
    # a call of the last but one week is tagged anew: that week and those that look back on it
    con.execute("update raw.reason_tags set input_hash = 'new' where call_id = 'c317'")
    assert themes.write_themes(con).weeks_looked_at == 2
    assert con.execute("from raw.emerging_themes order by all").fetchall() == before


def test_calls_after_as_of_stay_out(con):
    con.execute("update ops.run_context set as_of = '2026-01-20 00:00:00+00'")
    themes.write_themes(con)
    assert con.execute("select max(week_start_date)::varchar from raw.emerging_themes").fetchone() == ("2026-01-19",)


def test_without_any_call_there_is_an_empty_table(con):
    con.execute("delete from raw.all_calls")
    assert themes.write_themes(con) == themes.ThemeResult(0, 0, 0)
