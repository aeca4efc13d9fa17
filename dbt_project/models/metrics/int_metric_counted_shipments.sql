{{ counted_metrics('shipments') }}
