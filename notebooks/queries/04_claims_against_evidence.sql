-- How often is what customers say contradicted by what is known?
-- Of the claims that could be checked at call time; the rest has no evidence either way.
select
    stated_reason_group,
    sum(count_claims) as claims,
    sum(count_contradicted) as contradicted,
    round(sum(count_contradicted) / nullif(sum(count_confirmed) + sum(count_contradicted), 0), 3) as contradicted_rate,
from marts.claim_checks_weekly
group by stated_reason_group
having sum(count_claims) > 0
order by contradicted_rate desc nulls last, stated_reason_group;
