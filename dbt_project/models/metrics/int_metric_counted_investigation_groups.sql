{{ counted_metrics('investigation_groups') }}
