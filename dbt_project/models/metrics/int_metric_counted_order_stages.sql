{{ counted_metrics('order_stages') }}
