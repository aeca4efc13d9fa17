select
    owner_id,
    name,
    team,
    kind,
    region,
    hash(owner_id) as row_key,
    getvariable('shop_start') as sort_at,
    0 as part
from shop_owners
