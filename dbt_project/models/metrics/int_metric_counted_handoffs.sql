{{ counted_metrics('handoffs') }}
