-- One row per folded delivery of an affected call, with its place in the life of the call.
create or replace temp table told as
with ranked as (
    select
        deliveries.*,
        coalesce(
            event_ranks.value::integer,
            case when outcome is not null then 4 end,
            status_ranks.value::integer,
            3
        ) as life_rank,
        coalesce(event_at, received_at, initiated_at + to_seconds(coalesce(duration_seconds, 0))) as told_at,
        event_statuses.value as event_status,
    from all_deliveries as deliveries
    left join vendor_map as event_ranks
        on event_ranks.map = 'event_rank' and event_ranks.seen = lower(deliveries.event)
    left join vendor_map as status_ranks
        on status_ranks.map = 'status_rank' and status_ranks.seen = lower(deliveries.status)
    left join vendor_map as event_statuses
        on event_statuses.map = 'event_status' and event_statuses.seen = lower(deliveries.event)
    where deliveries.call_id in (select affected.call_id from affected)
)

select
    *,
    row_number() over (
        partition by call_id
        order by life_rank, told_at nulls first, delivery_id
    ) as position,
from ranked
