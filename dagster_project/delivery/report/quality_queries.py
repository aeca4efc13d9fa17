"""The SQL of the data section: which calls count, files and rows, quarantine."""

# The eligibility ladder of the week: each count includes the one before it.
ELIGIBILITY = """
    select
        count(*) filter (where is_unique) as is_unique,
        count(*) filter (where is_not_test) as is_not_test,
        count(*) filter (where is_connected) as is_connected,
        count(*) filter (where is_person) as is_person,
        count(*) filter (where is_engaged) as is_engaged,
        count(*) filter (where is_engaged and direction = 'inbound') as is_engaged_inbound
    from marts.fct_calls
    where week_start_date = $week
"""

# Every shipment has a carrier, so a known carrier means a matched shipment.
COVERAGE = """
    select
        count(*) as engaged_calls,
        count(customer_id) as with_customer,
        count(order_id) as with_order,
        count(*) filter (where carrier <> 'unknown') as with_shipment,
        count(*) filter (where reason_status = 'accepted') as accepted,
        count(*) filter (where reason_status = 'abstained') as abstained,
        count(*) filter (where reason_status = 'no_reason_stated') as no_reason_stated,
        count(*) filter (where reason_status = 'not_a_contact') as not_a_contact,
    from marts.fct_calls
    where
        week_start_date = $week
        and is_engaged
"""

LEDGER = """
    select
        source,
        count(*) as files,
        count(*) filter (where run_id = $run_id) as new_files,
        sum(rows_read)::bigint as rows_read,
        sum(rows_loaded)::bigint as rows_loaded,
        sum(rows_duplicate)::bigint as rows_duplicate,
        sum(rows_superseded)::bigint as rows_superseded,
        sum(rows_quarantined)::bigint as rows_quarantined
    from ops.load_ledger
    group by all
    order by source
"""

# The reason text and the raw row may hold what a customer typed: neither leaves the warehouse.
QUARANTINE = """
    select
        source,
        reason_code,
        count(*) as rows_quarantined,
        min((file, row_number)) as example
    from ops.quarantine
    group by all
    order by rows_quarantined desc, source, reason_code
    limit 12
"""

UNKNOWN_SOURCES = """
    select
        path,
        reason,
        max(files)::bigint as files
    from ops.unknown_sources
    group by all
    order by path
    limit 12
"""

SCHEMA_DRIFT = """
    select
        source,
        column_name,
        count(distinct file) as files,
        sum(rows_with_value)::bigint as rows_with_value
    from ops.schema_drift
    group by all
    order by source, column_name
    limit 20
"""
