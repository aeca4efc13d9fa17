-- The true leaf of a stated group, from the order's state at the time of the contact.
create
    or replace macro latest_scan(
        o_label, o_handover, o_hub, o_second_hub, o_out, o_attempt, moment
    ) as
    greatest(
        case when o_label <= moment then o_label end,
        case when o_handover <= moment then o_handover end,
        case when o_hub <= moment then o_hub end,
        case when o_second_hub <= moment then o_second_hub end,
        case when o_out <= moment then o_out end,
        case when o_attempt <= moment then o_attempt end
    );

create or replace macro wismo_leaf(
    o_ship_by, o_label, o_handover, o_hold, o_customs, o_promise, o_lost, latest, moment
) as
    case
        when o_ship_by is null then 'WISMO.UNVERIFIED'
        -- customs made it late, or still hold it
        when o_customs <= moment and (o_promise < moment or coalesce(latest <= o_customs, true))
            then 'DEL.LATE.CUSTOMS_EXTERNAL'
        when coalesce(o_handover > moment, true) then case
            when o_label <= hours_later(moment, -24) then 'FUL.UNSHIPPED.LABEL_NO_FIRST_SCAN'
            when o_hold and coalesce(o_label > moment, true) then 'FUL.HOLD.ORDER_ON_HOLD'
            when o_ship_by < moment and coalesce(o_label > moment, true)
                then 'FUL.UNSHIPPED.PAST_SHIP_BY'
            else 'DEL.STATUS.PRE_DISPATCH_ETA'
        end
        when o_lost <= moment or latest <= hours_later(moment, -getvariable('lost_after_hours'))
            then 'DEL.LOST.LOST_IN_TRANSIT'
        when latest <= hours_later(moment, -getvariable('stalled_after_hours'))
            then 'DEL.LATE.STALLED'
        when o_promise < moment then 'DEL.LATE.PAST_PROMISE'
        else 'DEL.STATUS.IN_TRANSIT_ON_TRACK'
    end;
