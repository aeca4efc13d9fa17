{{ counted_metrics('outreach_customers') }}
