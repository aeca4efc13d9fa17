{{ counted_metrics('messaged_orders') }}
