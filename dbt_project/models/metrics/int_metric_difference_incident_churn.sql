{{ difference_metrics('incident_churn') }}
