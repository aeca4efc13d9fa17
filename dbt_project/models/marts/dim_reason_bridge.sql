with

bridge as (

    select * from {{ ref('int_reason_bridge') }}

),

reasons as (

    select * from {{ ref('reason_bridge') }}

)

select
    bridge.from_version,
    bridge.from_code,
    bridge.to_code,
    bridge.weight,
    reasons.why,
from bridge
inner join reasons
    on
        bridge.from_version = reasons.from_version
        and bridge.from_code = reasons.from_code
        and bridge.to_code = reasons.to_code
