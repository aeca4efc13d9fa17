"""The suites as data: a small frame from SQL, and what is expected of it.

Frames are aggregates, so their size does not grow with the calls. A blocking check stops the
publication: it can only fail through a fault of ours or of the disk. A check that the customers'
data may rightly fail (volume, freshness, drift) warns and is shown in the report.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Check:
    """One expectation.

    Attributes:
        name: unique name of the check, shown in Dagster and in messages.
        expectation: class name in great_expectations.expectations.
        arguments: its keyword arguments.
        blocking: True = a failure stops the publication.
        remedy: what to do when it fails.
    """

    name: str
    expectation: str
    arguments: dict[str, Any]
    blocking: bool
    remedy: str


@dataclass(frozen=True)
class Suite:
    """Expectations on one frame.

    Attributes:
        name: the suite's name.
        asset: (schema, table) that the checks are shown on.
        frame: query that makes the frame; reads the build file.
        checks: the expectations.
    """

    name: str
    asset: tuple[str, str]
    frame: str
    checks: tuple[Check, ...] = field(default_factory=tuple)


_LEDGER = """
select
    source,
    file,
    rows_read,
    rows_loaded + rows_duplicate + rows_superseded + rows_quarantined as rows_accounted
from ops.load_ledger
"""

_TAGS = """
select
    (select count(*) from raw.all_calls)
        - (select count(distinct call_key) from raw.reason_tags) as calls_without_tag,
    coalesce(min(confidence), 0) as lowest_confidence,
    coalesce(max(confidence), 0) as highest_confidence,
    coalesce(avg((status = 'abstained')::integer) filter (where rank = 1), 0) as abstained_share,
    count(*) filter (where status = 'accepted' and code is null) as accepted_without_code
from raw.reason_tags
"""

_CALLS = """
with calls as (
    select *
    from raw.all_calls
    where started_at <= (select as_of from ops.run_context)
)
select
    count(*) as calls,
    (select count(*) from marts.fct_calls) as fact_calls,
    coalesce(
        date_diff('hour', max(started_at), (select as_of from ops.run_context)) / 24.0, 0
    ) as days_since_last_call,
    coalesce(avg((customer_id is not null)::integer), 1) as customer_share,
    (
        select coalesce(sum(rows_quarantined) / nullif(sum(rows_read), 0), 0)
        from ops.load_ledger
    ) as quarantined_share
from calls
"""

_WEEKS = """
select
    coalesce(facts.week_start_date, metrics.week_start_date) as week_start_date,
    coalesce(facts.engaged_inbound, 0) as engaged_inbound,
    coalesce(metrics.denominator, 0)::bigint as published_denominator
from (
    select week_start_date, count(*) filter (where call_outcome is not null) as engaged_inbound
    from marts.fct_calls
    group by week_start_date
) as facts
full outer join (
    select week_start_date, denominator
    from marts.metric_weekly
    where metric_id = 'M-01a' and slice_by = 'all'
) as metrics using (week_start_date)
"""

_OUTREACH = """
select
    count(*) filter (where is_without_consent) as contacts_without_consent,
    count(*) filter (where is_after_opt_out) as contacts_after_opt_out
from marts.fct_outreach_attempts
"""

SUITES: tuple[Suite, ...] = (
    Suite(
        "load_accounting",
        ("raw", "calls"),
        _LEDGER,
        (
            Check(
                "every_row_has_one_fate",
                "ExpectColumnPairValuesToBeEqual",
                {"column_A": "rows_read", "column_B": "rows_accounted"},
                True,
                "compare ops.load_ledger with the files it names",
            ),
        ),
    ),
    Suite(
        "reason_tags",
        ("raw", "reason_tags"),
        _TAGS,
        (
            Check(
                "every_call_is_tagged",
                "ExpectColumnMaxToBeBetween",
                {"column": "calls_without_tag", "min_value": 0, "max_value": 0},
                True,
                "run again with --retag",
            ),
            Check(
                "confidence_at_least_zero",
                "ExpectColumnMinToBeBetween",
                {"column": "lowest_confidence", "min_value": 0, "max_value": 1},
                True,
                "the model in data/models is damaged: `make model`",
            ),
            Check(
                "confidence_at_most_one",
                "ExpectColumnMaxToBeBetween",
                {"column": "highest_confidence", "min_value": 0, "max_value": 1},
                True,
                "the model in data/models is damaged: `make model`",
            ),
            Check(
                "accepted_tags_carry_a_code",
                "ExpectColumnMaxToBeBetween",
                {"column": "accepted_without_code", "min_value": 0, "max_value": 0},
                True,
                "the model in data/models is damaged: `make model`",
            ),
            Check(
                "abstained_share_is_usual",
                "ExpectColumnMaxToBeBetween",
                {"column": "abstained_share", "min_value": 0, "max_value": 0.5},
                False,
                "look at marts.review_queue: a new theme or another language",
            ),
        ),
    ),
    Suite(
        "calls",
        ("marts", "fct_calls"),
        _CALLS,
        (
            Check(
                "every_call_is_in_the_fact",
                "ExpectColumnPairValuesToBeEqual",
                {"column_A": "calls", "column_B": "fact_calls"},
                True,
                "a join of fct_calls lost or doubled calls",
            ),
            Check(
                "calls_are_fresh",
                "ExpectColumnMaxToBeBetween",
                {"column": "days_since_last_call", "min_value": 0, "max_value": 3},
                False,
                "see whether the export into LANDING/calls still runs",
            ),
            Check(
                "callers_are_matched",
                "ExpectColumnMinToBeBetween",
                {"column": "customer_share", "min_value": 0.5, "max_value": 1},
                False,
                "calls without customer_id leave every repeat metric",
            ),
            Check(
                "few_rows_are_quarantined",
                "ExpectColumnMaxToBeBetween",
                {"column": "quarantined_share", "min_value": 0, "max_value": 0.05},
                False,
                "read ops.quarantine: reason, file and line of every row",
            ),
        ),
    ),
    Suite(
        "weekly_totals",
        ("marts", "metric_weekly"),
        _WEEKS,
        (
            Check(
                "published_denominators_equal_the_calls",
                "ExpectColumnPairValuesToBeEqual",
                {"column_A": "engaged_inbound", "column_B": "published_denominator"},
                True,
                "metric_weekly and fct_calls disagree: a slice lost rows",
            ),
        ),
    ),
    Suite(
        "outreach",
        ("marts", "fct_outreach_attempts"),
        _OUTREACH,
        (
            Check(
                "no_contact_without_consent",
                "ExpectColumnMaxToBeBetween",
                {"column": "contacts_without_consent", "min_value": 0, "max_value": 0},
                False,
                "stop that outreach: is_without_consent in marts.fct_outreach_attempts names each attempt",
            ),
            Check(
                "no_contact_after_an_opt_out",
                "ExpectColumnMaxToBeBetween",
                {"column": "contacts_after_opt_out", "min_value": 0, "max_value": 0},
                False,
                "stop that outreach: is_after_opt_out in marts.fct_outreach_attempts names each attempt",
            ),
        ),
    ),
)
