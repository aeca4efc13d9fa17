{{ weighted_metrics('handoffs') }}
