{{ counted_metrics('contacts') }}
