{{ counted_metrics('incident_signals') }}
