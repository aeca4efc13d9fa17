{{ counted_metrics('outreach') }}
