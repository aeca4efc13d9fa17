{{ counted_metrics('incident_alerts') }}
