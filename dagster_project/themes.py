"""Themes of what the classifier abstained on, week by week, into raw.emerging_themes.

The last eight weeks are kept; a week is looked at again only if a call of its window is new or was
tagged anew, so the table depends on what has landed and not on how often the chain ran.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from classifiers.themes import find_themes

WEEKS = 8
WEEKS_BEFORE = 4
MOST_TEXTS = 3000

_CREATE = """
create table if not exists raw.emerging_themes (
    week_start_date date not null,
    theme_no integer not null,
    theme_name varchar not null,
    count_now integer not null,
    count_before integer not null,
    calls_now integer not null,
    calls_before integer not null,
    cohesion double not null,
    rate_ratio double,
    p_value double,
    q_value double,
    example_call_ids varchar[] not null,
    example_texts varchar[] not null,
    text_share double not null
);
create table if not exists raw.emerging_theme_weeks (week_start_date date not null, input_hash varchar not null);
"""

# what was said where the classifier would have put its finger; calls that are no contact are no calls here
_CALLS = """
create or replace temp table theme_calls as
select
    calls.call_id,
    calls.call_key,
    date_trunc('week', calls.started_at at time zone run.reporting_timezone)::date as week_start_date,
    tags.status = 'abstained' as is_abstained,
    case when tags.status = 'abstained' then turns.text end as text,
    tags.input_hash || coalesce(tags.span_turn_no, 0) as input_hash,
from raw.all_calls as calls
cross join ops.run_context as run
inner join raw.reason_tags as tags on tags.call_key = calls.call_key and tags.rank = 1
-- the keys only: with a condition on the tags here the engine compares every call with every turn
left join raw.all_call_turns as turns
    on turns.call_key = tags.call_key and turns.turn_no = tags.span_turn_no
where
    calls.started_at <= run.as_of
    and tags.status <> 'not_a_contact'
    and not coalesce(calls.is_test, false)
"""

_WEEKS = f"""
with weeks as (
    select distinct week_start_date from theme_calls order by week_start_date desc limit {WEEKS}
)

select
    weeks.week_start_date,
    count(*) filter (calls.week_start_date = weeks.week_start_date) as calls_now,
    count(*) filter (calls.week_start_date < weeks.week_start_date) as calls_before,
    md5(
        count(*) filter (calls.week_start_date = weeks.week_start_date) || ' of ' || count(*) || coalesce(
            string_agg(calls.call_id || calls.input_hash, ' ' order by calls.call_id)
            filter (calls.is_abstained), ''
        )
    ) as input_hash
from weeks
inner join theme_calls as calls
    on calls.week_start_date > weeks.week_start_date - {7 * (WEEKS_BEFORE + 1)}
    and calls.week_start_date <= weeks.week_start_date
group by weeks.week_start_date
order by weeks.week_start_date
"""

# keys are hashes: the first ones of many are a random sample, the same on every run
_TEXTS = f"""
select
    call_id,
    text,
    week_start_date = $week as is_now,
    count(*) over () as count_texts
from theme_calls
where
    is_abstained
    and text is not null
    and week_start_date > $week - {7 * (WEEKS_BEFORE + 1)}
    and week_start_date <= $week
order by call_key
limit {MOST_TEXTS}
"""


@dataclass(frozen=True)
class ThemeResult:
    """What one step did.

    Attributes:
        weeks_looked_at: weeks clustered now.
        weeks_kept: weeks that had not changed.
        themes: themes of all weeks afterwards.
    """

    weeks_looked_at: int
    weeks_kept: int
    themes: int


def write_themes(con: duckdb.DuckDBPyConnection, progress: Callable[[str], None] | None = None) -> ThemeResult:
    """Write raw.emerging_themes for the weeks whose abstained calls have changed.

    Args:
        con: the build file, writable, with raw.reason_tags and ops.run_context.
        progress: called with a line of text after each week.
    """
    con.execute(_CREATE)
    con.execute(_CALLS)
    weeks = con.execute(_WEEKS).fetchall()
    known = dict(con.execute("select week_start_date, input_hash from raw.emerging_theme_weeks").fetchall())
    fresh = [row[0] for row in weeks if known.get(row[0]) == row[3]]
    con.execute("delete from raw.emerging_themes where not list_contains($weeks, week_start_date)", {"weeks": fresh})
    con.execute(
        "delete from raw.emerging_theme_weeks where not list_contains($weeks, week_start_date)", {"weeks": fresh}
    )
    for week, calls_now, calls_before, input_hash in weeks:
        if week in fresh:
            continue
        _write_week(con, week, calls_now, calls_before)
        con.execute("insert into raw.emerging_theme_weeks values ($week, $hash)", {"week": week, "hash": input_hash})
        if progress:
            progress(f"themes of the week of {week}")
    con.execute("drop table theme_calls")
    row = con.execute("select count(*) from raw.emerging_themes").fetchone()
    return ThemeResult(len(weeks) - len(fresh), len(fresh), int(row[0]) if row else 0)


def _write_week(con: duckdb.DuckDBPyConnection, week: date, calls_now: int, calls_before: int) -> None:
    rows = con.execute(_TEXTS, {"week": week}).fetchall()
    themes = find_themes([row[1] for row in rows], [row[2] for row in rows], calls_now, calls_before)
    table = [
        {
            "week_start_date": week,
            "theme_no": number,
            "theme_name": theme.name,
            "count_now": theme.count_now,
            "count_before": theme.count_before,
            "calls_now": calls_now,
            "calls_before": calls_before,
            "cohesion": theme.cohesion,
            "rate_ratio": theme.rate_ratio,
            "p_value": theme.p_value,
            "q_value": theme.q_value,
            "example_call_ids": [rows[place][0] for place in theme.examples],
            "example_texts": [rows[place][1] for place in theme.examples],
            "text_share": len(rows) / rows[0][3],
        }
        for number, theme in enumerate(themes, start=1)
    ]
    if table:
        con.register("theme_rows", pa.Table.from_pylist(table))
        con.execute("insert into raw.emerging_themes by name from theme_rows")
        con.unregister("theme_rows")
