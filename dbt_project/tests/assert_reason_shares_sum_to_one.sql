-- Every call of a week has one reason: crude and corrected shares each sum to one.
with

shares as (

    select * from {{ ref('reason_shares_weekly') }}

)

select
    week_start_date,
    sum(crude_share) as sum_of_crude,
    sum(corrected_share) as sum_of_corrected,
from shares
group by week_start_date
having
    abs(sum(crude_share) - 1) > 1e-6
    or abs(sum(corrected_share) - 1) > 1e-6
