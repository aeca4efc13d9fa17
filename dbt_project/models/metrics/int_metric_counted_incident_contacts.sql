{{ counted_metrics('incident_contacts') }}
