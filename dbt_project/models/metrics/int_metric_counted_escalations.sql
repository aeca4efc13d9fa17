{{ counted_metrics('escalations') }}
