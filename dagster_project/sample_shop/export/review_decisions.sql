-- Reviewers work through the random audit: every call it draws, some of them twice, each with a slip now and then.
with

answerable as (
    select call_key, direction, if(kind = 'contact', code, null) as code, ended_at
    from calls_sim
    where status = 'completed' and kind in ('contact', 'no_reason', 'leg')
    union all
    select call_key, direction, code, ended_at
    from workflow_calls
),

drawn as (
    select
        *,
        key_text('call_', call_key) as call_id,
        coalesce(code, 'NO_REASON_STATED') as true_code
    from answerable
    where direction = 'inbound'
        and (md5_number_lower(key_text('call_', call_key)) >> 1)::bigint % 1000000
        < getvariable('audit_share') * 1000000
        and draw(call_key, 'reviewed') < getvariable('audited_share')
),

readings as (
    select
        *,
        1 as reading,
        getvariable('reviewers')[1 + floor(draw(call_key, 'reviewer') * len(getvariable('reviewers')))::integer]
            as reviewer
    from drawn
    union all
    select
        *,
        2 as reading,
        getvariable('reviewers')[
            1 + (floor(draw(call_key, 'reviewer') * len(getvariable('reviewers')))::integer + 1)
            % len(getvariable('reviewers'))
        ] as reviewer
    from drawn
    where draw(call_key, 'second reading') < getvariable('second_reading_share')
),

decided as (
    select
        *,
        mix(call_key, 'decision ' || reading) as row_key,
        hours_later(ended_at, 2 + 120 * draw(call_key, 'waits ' || reading) * reading) as decided_at
    from readings
),

answered as (
    select
        *,
        case
            when draw(row_key, 'slip') < reviewer.slip then pick_open(draw(row_key, 'slip code'))
            else true_code
        end as answer
    from decided
    where decided_at < getvariable('shop_end')
)

select
    key_text('rd_', row_key) as decision_id,
    'reason_codes' as queue,
    call_id as item_id,
    reviewer.reviewer_id,
    decided_at as "at",
    if(answer = 'NO_REASON_STATED', 'no_reason_stated', 'corrected') as decision,
    if(answer = 'NO_REASON_STATED', null, answer) as code_after,
    round(0.5 + 3 * draw(row_key, 'minutes'), 1) as minutes,
    row_key,
    decided_at as sort_at,
    part_of(decided_at, row_key, getvariable('weeks')) as part
from answered
