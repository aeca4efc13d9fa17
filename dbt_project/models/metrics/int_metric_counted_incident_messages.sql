{{ counted_metrics('incident_messages') }}
