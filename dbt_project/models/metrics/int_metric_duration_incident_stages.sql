{{ duration_metrics('incident_stages') }}
