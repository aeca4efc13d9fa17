{{ counted_metrics('incident_accounts') }}
