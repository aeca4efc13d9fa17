with

decisions as (

    select * from {{ ref('int_reason_decisions') }}
    where is_last_of_reviewer

),

-- the last word of each of two reviewers on one call, the pair in the order of their names
pairs as (

    select
        one.call_key,
        one.reviewer_id as reviewer_1,
        other.reviewer_id as reviewer_2,
        one.resolved_code as code_1,
        other.resolved_code as code_2,
    from decisions as one
    inner join decisions as other
        on
            one.call_key = other.call_key
            and one.reviewer_id < other.reviewer_id

),

with_all as (

    select * from pairs
    union all
    select
        call_key,
        '(all)' as reviewer_1,
        '(all)' as reviewer_2,
        code_1,
        code_2,
    from pairs

),

rated as (

    select
        *,
        count(*) over (partition by reviewer_1, reviewer_2) as count_items,
        count(*) over (partition by reviewer_1, reviewer_2, code_1) as row_total_1,
        count(*) over (partition by reviewer_1, reviewer_2, code_2) as column_total_2,
    from with_all

),

-- share with which either reviewer gives a code, for each code that occurs
rows_of_table as (

    select distinct reviewer_1, reviewer_2, code_1 as code, row_total_1 / count_items as share_1
    from rated

),

columns_of_table as (

    select distinct reviewer_1, reviewer_2, code_2 as code, column_total_2 / count_items as share_2
    from rated

),

chance as (

    select
        rows_of_table.reviewer_1,
        rows_of_table.reviewer_2,
        {{ settled('sum(rows_of_table.share_1 * coalesce(columns_of_table.share_2, 0))') }} as expected,
    from rows_of_table
    left join columns_of_table
        on
            rows_of_table.reviewer_1 = columns_of_table.reviewer_1
            and rows_of_table.reviewer_2 = columns_of_table.reviewer_2
            and rows_of_table.code = columns_of_table.code
    group by
        rows_of_table.reviewer_1,
        rows_of_table.reviewer_2

),

observed as (

    select
        reviewer_1,
        reviewer_2,
        count(*) as count_items,
        sum(case when code_1 = code_2 then 1 else 0 end) as count_agreed,
        sum(case when code_1 = code_2 then 1 else 0 end) / count(*) as agreement,
    from rated
    group by
        reviewer_1,
        reviewer_2

),

joined as (

    select
        observed.*,
        chance.expected,
    from observed
    inner join chance
        on
            observed.reviewer_1 = chance.reviewer_1
            and observed.reviewer_2 = chance.reviewer_2

)

-- Cohen's kappa; its interval is Wilson's of the agreement, with the agreement by chance taken as known.
-- Where both gave one code only, chance explains everything and kappa does not exist.
select
    reviewer_1,
    reviewer_2,
    count_items,
    cast(count_agreed as bigint) as count_agreed,
    agreement,
    expected as agreement_by_chance,
    case when expected < 1 then (agreement - expected) / (1 - expected) end as kappa,
    case
        when expected < 1 then ({{ wilson_low('count_agreed', 'count_items') }} - expected) / (1 - expected)
    end as ci_low,
    case
        when expected < 1 then ({{ wilson_high('count_agreed', 'count_items') }} - expected) / (1 - expected)
    end as ci_high,
from joined
