{{ survival_metrics('contacts') }}
