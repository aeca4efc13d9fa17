{{ survival_metrics('incident_accounts') }}
