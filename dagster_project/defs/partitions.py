"""Days and weeks of the reporting time zone (DECISIONS.md, "A day of ingest is a promise, not a selection")."""

import os
from datetime import date, timedelta

import dagster as dg

TIMEZONE = os.environ.get("WHYCALL_TIMEZONE", "UTC")
FIRST_DAY = date.fromisoformat(os.environ.get("WHYCALL_FIRST_DAY", "2025-01-06"))

# the running day and the running week can be asked for too
DAYS = dg.DailyPartitionsDefinition(start_date=FIRST_DAY.isoformat(), timezone=TIMEZONE, end_offset=1)
WEEKS = dg.WeeklyPartitionsDefinition(
    start_date=(FIRST_DAY - timedelta(days=FIRST_DAY.weekday())).isoformat(),
    day_offset=1,
    timezone=TIMEZONE,
    end_offset=1,
)


def today() -> str:
    """Return the key of the running day."""
    return str(DAYS.get_last_partition_key())


def day_before(moment: date) -> str:
    """Return the key of the day before: the last one that is over."""
    return (moment - timedelta(days=1)).isoformat()


def week_before(moment: date) -> str:
    """Return the key of the last week that is over."""
    return (moment - timedelta(days=moment.weekday() + 7)).isoformat()


def mondays(keys: list[str]) -> list[date]:
    """Return the weeks of partition keys."""
    return [date.fromisoformat(key) for key in keys]
