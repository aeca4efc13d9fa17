{{ duration_metrics('incident_accounts') }}
