-- What owners answered to what ops_feedback told them, in the queue ops_feedback of the review decisions.
create or replace table landed_owner_answers__review_decisions as
with

answers (decision_id, item_id, reviewer_id, decision, "at") as (
    values
    (
        'of-1', 'payments|all|all|PAY.CHECKOUT.PAYMENT_FAILED', 'o-payments', 'acknowledged',
        later(
            getvariable('shop_start'),
            604800 * getvariable('payment_outage_first') + 86400 * getvariable('owner_answers_acknowledged_days')
        )
    ),
    (
        'of-2', 'payments|all|all|PAY.CHECKOUT.PAYMENT_FAILED', 'o-payments', 'fixed',
        later(getvariable('shop_start'), 604800 * (getvariable('payment_outage_last') + 1))
    ),
    (
        'of-3', 'warehouse|warehouse+product_category|WH-EAST / Footwear|FUL.ACCURACY.WRONG_ITEM', 'o-warehouse', 'acknowledged',
        later(
            getvariable('shop_start'),
            604800 * (getvariable('mispicks_first') + 1) + 86400 * getvariable('owner_answers_acknowledged_days')
        )
    )
)

select
    decision_id,
    'ops_feedback' as queue,
    item_id,
    reviewer_id,
    "at",
    decision,
    null::varchar as code_before,
    null::varchar as code_after,
    5.0 as minutes,
    hash(decision_id) as row_key,
    "at" as sort_at,
    part_of("at", hash(decision_id), getvariable('weeks')) as part
from answers
where "at" < getvariable('shop_end');
