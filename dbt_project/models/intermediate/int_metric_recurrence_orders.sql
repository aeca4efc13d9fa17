{{ recurrence_metrics('orders') }}
