"""Every SQL statement of the review section. Nothing here computes a metric."""

QUEUE = """
    select
        cause,
        owner,
        count(*) as items,
        count(*) filter (where is_overdue) as overdue,
        max(age_hours) as oldest_hours,
        median(age_hours) as median_hours,
        min(sla_hours) as sla_hours,
    from marts.review_queue
    group by all
    order by overdue desc, items desc, cause, owner
"""

# The twelve weeks up to the reported one.
DRIFT = """
    select *
    from marts.classifier_drift_weekly
    where week_start_date between $week::date - 77 and $week
    order by week_start_date
"""

# Codes whose audited precision is surely below that of all codes together, by ten audited calls or more.
WEAK_CODES = """
    select codes.*
    from marts.audited_precision_weekly as codes
    inner join marts.audited_precision_weekly as everything
        on
            everything.week_start_date = codes.week_start_date
            and everything.reason_code = '(all)'
    where
        codes.week_start_date = $week
        and codes.reason_code <> '(all)'
        and codes.count_audited >= 10
        and codes.ci_high < everything.precision_value
    order by codes.precision_value, codes.reason_code
    limit 6
"""

SHARES = """
    select *
    from marts.reason_shares_weekly
    where
        week_start_date = $week
        and greatest(crude_share, coalesce(corrected_share, 0)) > 0
    order by coalesce(corrected_share, crude_share) desc, reason_code
    limit 12
"""

AGREEMENT = """
    select *
    from marts.reviewer_agreement
    order by reviewer_1 <> '(all)', count_items desc, reviewer_1, reviewer_2
"""

THEMES = """
    select *
    from marts.emerging_themes
    where
        week_start_date = $week
        and is_shown
    order by is_emerging desc, count_now desc, theme_no
    limit 5
"""

CLAIMS = """
    select *
    from marts.claim_checks_weekly
    where
        week_start_date = $week
        and count_confirmed + count_contradicted >= 10
    order by contradicted_rate desc, stated_reason_group
    limit 6
"""
