{{ counted_metrics('order_flags') }}
