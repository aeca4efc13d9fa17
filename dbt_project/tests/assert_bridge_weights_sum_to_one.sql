-- A code of an earlier taxonomy loses no call and gains none: the weights of its present codes sum to one.
with

bridge as (

    select * from {{ ref('dim_reason_bridge') }}

)

select
    from_version,
    from_code,
    sum(weight) as sum_of_weights,
from bridge
group by
    from_version,
    from_code
having abs(sum(weight) - 1) > 1e-9
