{{ counted_metrics('incident_stages') }}
