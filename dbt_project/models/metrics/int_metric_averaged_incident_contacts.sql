{{ averaged_metrics('incident_contacts') }}
