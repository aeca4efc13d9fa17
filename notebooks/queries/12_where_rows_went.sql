-- Was every landed row counted, and what was refused?
-- Each row ends loaded, duplicate, superseded or quarantined; `missing` is zero.
select
    ledger.source,
    sum(ledger.rows_read)::bigint as rows_read,
    sum(ledger.rows_loaded)::bigint as loaded,
    sum(ledger.rows_duplicate)::bigint as duplicate,
    sum(ledger.rows_superseded)::bigint as superseded,
    sum(ledger.rows_quarantined)::bigint as quarantined,
    sum(
        ledger.rows_read
        - ledger.rows_loaded - ledger.rows_duplicate - ledger.rows_superseded - ledger.rows_quarantined
    )::bigint as missing,
from ops.load_ledger as ledger
group by ledger.source
order by quarantined desc, ledger.source;
